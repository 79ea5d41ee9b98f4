import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { staffRoles, type Principal } from '@tocsin/access';
import type { StaffRole } from '@tocsin/contracts';
import { aPrincipal } from '@tocsin/testkit';
import * as breaches from './breach-assessments.ts';
import { findClassification } from './classifications.ts';
import { handlers } from './events.ts';
import { listDecisions } from './history.ts';
import { KnownIncidentTable } from './store/tables.ts';
import { at, createBench, legal, manager, meta, orderFor, type Bench, type Known } from './testing/bench.ts';
import { harmless } from './testing/risk-inputs.ts';

let bench: Bench;
let known: Known;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());
beforeEach(async () => {
  known = await bench.anIncident();
});

const detectedAt = new Date(at);
const after = (ms: number) => new Date(detectedAt.getTime() + ms);
const officer = aPrincipal('PRIVACY_OFFICER');
type Role = 'PROCESSOR' | 'CONTROLLER';

const join = (person: Principal, role: StaffRole) =>
  bench.hear((tx) =>
    handlers.AssignmentChanged(
      { incidentId: known.incidentId, principalId: person.id, role, onCall: false, at },
      tx,
      meta,
    ),
  );
const aware = (version: number, awareAt: Date, by = legal, actorRole: Role = 'PROCESSOR') =>
  bench.write(by, (tx) => breaches.recordLegalAwareness(tx, { ...orderFor(known, version), actorRole, awareAt }));
const breach = (version: number, value: 'YES' | 'NO' = 'YES', by = legal) => {
  const breachTypes = value === 'YES' ? (['CONFIDENTIALITY'] as const) : [];
  const order = { ...orderFor(known, version), actorRole: 'CONTROLLER' as const, value, breachTypes: [...breachTypes] };
  return bench.write(by, (tx) => breaches.decideBreach(tx, order));
};
type VerdictInput = Parameters<typeof breaches.decideRiskVerdict>[1];
const verdict = (version: number, patch: Partial<VerdictInput> = {}, by = legal) => {
  const order = { actorRole: 'CONTROLLER', inputs: harmless, verdict: 'UNLIKELY', rationale: 'deleted' } as const;
  return bench.write(by, (tx) => breaches.decideRiskVerdict(tx, { ...orderFor(known, version), ...order, ...patch }));
};
const seen = (by: Principal = manager) => bench.look(by, (tx) => findClassification(tx, known.incidentId));

describe('an awareness', () => {
  it('I-20 is corrected, and the history keeps the old value with its reason', async () => {
    await aware(1, after(60_000));
    await aware(2, after(0));
    const [first, second] = [after(60_000).toISOString(), after(0).toISOString()];
    expect(await seen()).toMatchObject({ version: 3, awareness: [{ actorRole: 'PROCESSOR', awareAt: second }] });
    const history = await bench.look(legal, (tx) => listDecisions(tx, known.incidentId, 'awareness'));
    expect(history).toMatchObject([
      { awareAt: first, reason: 'seen in the logs', actorId: legal.id, role: 'LEGAL' },
      { awareAt: second, corrects: first, evidenceIds: [known.evidenceId] },
    ]);
  });

  it('I-3 is not before the detection that was announced, nor in the future', async () => {
    await expect(aware(1, after(-1))).rejects.toMatchObject({ code: 'TIME_ORDER_INVALID' });
    await expect(aware(1, new Date(Date.now() + 60_000))).rejects.toMatchObject({ code: 'TIME_ORDER_INVALID' });
    expect(await seen()).toMatchObject({ version: 1, awareness: [] });
  });

  it('H-7 keeps the detection it is compared with, also if the opening is heard again', async () => {
    await aware(1, after(0));
    await bench.open(known.incidentId);
    expect(await seen()).toMatchObject({ version: 2, awareness: [{ actorRole: 'PROCESSOR' }] });
  });

  it('of an incident that was opened before detections were kept may be any time ago', async () => {
    await bench.database.admin('update known_incident set detected_at = null where id = $1', [known.incidentId]);
    await aware(1, after(-86_400_000));
    expect(await seen()).toMatchObject({ version: 2 });
  });
});

describe('a breach assessment', () => {
  it('I-22 comes back as it was decided, with what was proposed and scored', async () => {
    await breach(1);
    const enisa = {
      data: ['SENSITIVE' as const],
      identifiers: ['EMAIL_WITH_NAME' as const],
      ...({ confidentiality: 'NO_SIGN_OF_MISUSE', integrity: 'RESTORED', availability: 'RESTORED' } as const),
      malicious: false,
    };
    const inputs = { ...harmless, misusePotential: 'SERIOUS' } as const;
    await verdict(2, { inputs, verdict: 'HIGH_RISK', art34Ground: 'B', enisa });
    expect(await seen()).toMatchObject({
      version: 3,
      breachAssessments: [
        {
          actorRole: 'CONTROLLER',
          isPersonalDataBreach: 'YES',
          breachTypes: ['CONFIDENTIALITY'],
          judgement: {
            inputs,
            proposal: { verdict: 'HIGH_RISK' },
            enisa: { ...enisa, quarters: 16, band: 'VERY_HIGH' },
            verdict: 'HIGH_RISK',
            art34Ground: 'B',
            circumstances: { cycle: 1, subjects: 0, customerDataRisk: 'NONE' },
          },
        },
      ],
    });
  });

  it('I-22 keeps every verdict, with its texts, under the version of the rules', async () => {
    await verdict(1);
    await verdict(2, { verdict: 'RISK', divergence: 'the recipient is not bound' });
    const history = await bench.look(legal, (tx) => listDecisions(tx, known.incidentId, 'verdict'));
    expect(history).toMatchObject([
      { verdict: 'UNLIKELY', rationale: 'deleted', divergence: null, policyVersion: '2026-11' },
      { verdict: 'RISK', divergence: 'the recipient is not bound', proposal: { verdict: 'UNLIKELY' } },
    ]);
  });

  it('I-22 I-23 refuses what is not founded, and changes nothing then', async () => {
    const high = { inputs: { ...harmless, misusePotential: 'SERIOUS' as const }, verdict: 'HIGH_RISK' as const };
    const refused: [string, Partial<VerdictInput>][] = [
      ['INPUT_UNKNOWN', { inputs: { ...harmless, recipient: 'UNKNOWN' } }],
      ['UNLIKELY_NEEDS_RATIONALE', { rationale: ' ' }],
      ['DIVERGENCE_TEXT_REQUIRED', { verdict: 'RISK' }],
      ['ART34_GROUND_INVALID', { ...high, art34Ground: 'A' }],
      ['EVIDENCE_REQUIRED', { ...high, art34Ground: 'C', evidenceIds: [] }],
      ['EVIDENCE_UNKNOWN', { ...high, art34Ground: 'C', evidenceIds: [randomUUID()] }],
      ['REASON_REQUIRED', { reason: ' ' }],
      ['CONCURRENT_CHANGE', { expectedVersion: 7 }],
    ];
    for (const [code, patch] of refused) await expect(verdict(1, patch)).rejects.toMatchObject({ code });
    expect(await seen()).toMatchObject({ version: 1, breachAssessments: [] });
  });

  it('I-23 the database itself refuses a ground without a high risk', async () => {
    await verdict(1);
    const sql = `update classification set breach_assessments =
      jsonb_set(breach_assessments, '{0,judgement,art34Ground}', '"B"') where id = $1`;
    await expect(bench.database.admin(sql, [known.incidentId])).rejects.toThrow('classification_art34_ground');
  });
});

describe('who sees and decides', () => {
  it('S-3 only members who are PRIVACY_OFFICER or LEGAL decide; every member sees it', async () => {
    const decides = async (by: Principal) => {
      const commands = [() => aware(99, after(0), by), () => breach(99, 'YES', by), () => verdict(99, {}, by)];
      const codes: unknown[] = [];
      for (const command of commands)
        codes.push(await command().catch((error: unknown) => (error as { code?: unknown }).code));
      return codes;
    };
    await verdict(1);
    for (const role of staffRoles) {
      const person = aPrincipal(role, { id: `user:${role.toLowerCase()}` });
      const stranger = await decides(person);
      await join(person, role);
      const may = role === 'LEGAL' || role === 'PRIVACY_OFFICER';
      expect([role, stranger]).toEqual([role, Array(3).fill(may ? 'NOT_FOUND' : 'FORBIDDEN')]);
      // On an older version: allowed, and refused for that alone.
      expect([role, await decides(person)]).toEqual([role, Array(3).fill(may ? 'CONCURRENT_CHANGE' : 'FORBIDDEN')]);
      expect(await seen(person)).toMatchObject({ breachAssessments: [{ actorRole: 'CONTROLLER' }] });
    }
    expect(await seen(officer)).toBeNull();
  });

  it('S-3 the cases are listed for those who judge, and up to a hundred', () => {
    const list = (by: Principal, first: number) => () => breaches.listLookAlikes(by, { input: harmless, first });
    expect(list(officer, 2)()).toHaveLength(2);
    expect(list(officer, 100)()).toHaveLength(9);
    expect(list(officer, 0)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    expect(list(aPrincipal('COMMUNICATIONS'), 2)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });
});

it('a decision asks for its incident once, and keeps it locked until the commit', async () => {
  const order = { ...orderFor(known, 1), actorRole: 'PROCESSOR' as const, awareAt: detectedAt };
  const asked = await bench.write(legal, async (tx) => {
    const repositories = jest.spyOn(tx.manager, 'getRepository');
    await breaches.recordLegalAwareness(tx, order);
    return repositories.mock.calls.filter(([table]) => table === KnownIncidentTable).length;
  });
  expect(asked).toBe(1);
});
