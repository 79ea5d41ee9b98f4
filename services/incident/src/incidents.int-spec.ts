import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command } from '@tocsin/database';
import { handlers } from './events.ts';
import { listKnownFacts, listResponsibilityDecisions } from './incident-reads.ts';
import * as incidents from './incidents.ts';
import { aPromotion, assess, createBench, legal, manager, meta, responder, type Bench } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

describe('DetectionPromoted', () => {
  it('R-23 opens an incident in DETECT, joins who is on call, and announces it', async () => {
    const incident = await bench.anIncident();
    expect(incident).toMatchObject({
      stage: 'DETECT',
      onCallId: responder.id,
      incidentManagerId: manager.id,
      firstIndicationAt: new Date('2026-11-20T09:00:00Z'),
    });
    expect(await bench.eventsOf(incident.id)).toEqual(['IncidentOpened', 'AssignmentChanged', 'AssignmentChanged']);
  });

  it('H-7 twice has one effect', async () => {
    const promotion = aPromotion();
    await bench.hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
    await bench.hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
    const rows = await bench.database.admin('select 1 from incident_detection where detection_id = $1', [
      promotion.detectionId,
    ]);
    expect(rows).toHaveLength(1);
  });
});

describe('commands', () => {
  it('the same key and input has one effect; other input is refused', async () => {
    const incident = await bench.anIncident();
    const input = { idempotencyKey: randomUUID(), to: 'ASSESS', incidentId: incident.id };
    const run = (changed: object = {}) =>
      command(
        bench.database.db,
        { by: responder, name: 'advanceStage', input: { ...input, ...changed } },
        async (tx) => {
          await assess(tx, incident);
          return { incidentId: incident.id };
        },
      );
    expect(await run()).toEqual(await run());
    expect((await bench.seen(incident.id)).stageEntries).toHaveLength(2);
    await expect(run({ to: 'DIAGNOSE' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('on an older version is CONCURRENT_CHANGE, also when two race', async () => {
    const incident = await bench.anIncident();
    const outcomes = await Promise.allSettled([
      bench.write(responder, (tx) => assess(tx, incident)),
      bench.write(manager, (tx) => assess(tx, incident)),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONCURRENT_CHANGE' },
    });
    await expect(bench.write(responder, (tx) => assess(tx, incident))).rejects.toMatchObject({
      code: 'CONCURRENT_CHANGE',
    });
  });

  it('a refused one leaves nothing', async () => {
    const incident = await bench.anIncident();
    const order = { incidentId: incident.id, expectedVersion: 1, to: 'CLOSE', reason: 'no', evidenceIds: [] } as const;
    await expect(bench.write(responder, (tx) => incidents.advanceStage(tx, order))).rejects.toMatchObject({
      code: 'STAGE_TRANSITION_REFUSED',
    });
    expect(await bench.seen(incident.id)).toEqual(incident);
    expect(await bench.eventsOf(incident.id)).toHaveLength(3);
  });

  it('R-10 evidence, a decision on it, a new member and an action come back as they were told', async () => {
    const { id } = await bench.anIncident();
    const on = async () => ({ incidentId: id, expectedVersion: (await bench.seen(id)).version });
    const evidenceId = randomUUID();
    const collectedAt = new Date('2026-11-20T08:00:00Z');
    const text = 'log';
    const sha256 = 'b'.repeat(64);
    let target = await on();
    await bench.write(responder, (tx) =>
      incidents.recordEvidence(tx, { ...target, evidenceId, text, sha256, environment: 'PRODUCTION', collectedAt }),
    );
    const grounds = { reason: 'our hosts', evidenceIds: [evidenceId] };
    target = await on();
    await bench.write(manager, (tx) =>
      incidents.decideTheResponsibility(tx, { ...target, ...grounds, responsibility: 'PROVIDER', tenantIds: null }),
    );
    target = await on();
    const until = new Date('2099-01-01T00:00:00Z');
    await bench.write(manager, (tx) =>
      incidents.assignMember(tx, { ...target, ...grounds, role: 'LEGAL', principalId: legal.id, until }),
    );
    const incident = await bench.seen(id, legal);
    expect(incident).toMatchObject({ responsibility: 'PROVIDER', version: 4 });
    expect(incident.evidence).toEqual([expect.objectContaining({ id: evidenceId, collectedAt, sha256 })]);
    expect(incident.members).toContainEqual({ principalId: legal.id, role: 'LEGAL', environments: [], until });
    const [decisions] = await bench.look(legal, (tx) => listResponsibilityDecisions(tx, [id]));
    expect(decisions?.value).toEqual([
      expect.objectContaining({ value: 'PROVIDER', actorId: manager.id, role: 'INCIDENT_MANAGER', ...grounds }),
    ]);
    expect((await bench.eventsOf(id)).slice(3)).toEqual([
      'EvidenceAdded',
      'ResponsibilityDecided',
      'AssignmentChanged',
    ]);
  });
});

describe('what is heard from the others', () => {
  it('from two topics at once is not lost', async () => {
    const incidentId = randomUUID();
    const at = '2026-11-20T10:00:00.000Z';
    await Promise.all([
      bench.hear((tx) => handlers.CinChanged({ incidentId, at, from: 'NOT_STARTED', to: 'PREPARING' }, tx, meta)),
      bench.hear((tx) =>
        handlers.IncidentClassified({ incidentId, at, level: 'INCIDENT', domains: [], crspi: 'DECLINED' }, tx, meta),
      ),
    ]);
    const [known] = await bench.look(responder, (tx) => listKnownFacts(tx, [incidentId]));
    expect(known?.value).toEqual({ cin: 'PREPARING', crspi: 'DECLINED', roundTheClock: false, declaredAt: null });
  });

  it('R-50 that reporting was declined is remembered', async () => {
    const incidentId = randomUUID();
    await bench.hear((tx) => handlers.CrspiDeclined({ incidentId, at: '2026-11-20T10:00:00.000Z' }, tx, meta));
    const [known] = await bench.look(responder, (tx) => listKnownFacts(tx, [incidentId]));
    expect(known?.value.crspi).toBe('DECLINED');
  });

  it('I-7 that a declaration was retracted is remembered', async () => {
    const incidentId = randomUUID();
    const at = '2026-11-20T10:00:00.000Z';
    const declared = { incidentId, at, declaredAt: at, basis: ['ACCESS_LIKELY' as const], domains: [] };
    await bench.hear((tx) => handlers.CrspiDeclared(declared, tx, meta));
    await bench.hear((tx) => handlers.CrspiRetracted({ incidentId, at }, tx, meta));
    const [known] = await bench.look(responder, (tx) => listKnownFacts(tx, [incidentId]));
    expect(known?.value.crspi).toBe('RETRACTED');
  });

  it('is remembered for each incident, and a declaration forbids CUSTOMER (I-4)', async () => {
    const { id: incidentId } = await bench.anIncident();
    const at = '2026-11-20T10:00:00.000Z';
    await bench.hear((tx) => handlers.CinChanged({ incidentId, at, from: 'NOT_STARTED', to: 'PREPARING' }, tx, meta));
    await bench.hear((tx) =>
      handlers.CrspiDeclared(
        { incidentId, at, declaredAt: at, basis: ['ACCESS_LIKELY'], domains: ['SECURITY'] },
        tx,
        meta,
      ),
    );
    const [known] = await bench.look(responder, (tx) => listKnownFacts(tx, [incidentId]));
    expect(known?.value).toEqual({
      cin: 'PREPARING',
      crspi: 'DECLARED',
      roundTheClock: false,
      declaredAt: new Date(at),
    });
    const { version } = await bench.seen(incidentId);
    const evidenceId = randomUUID();
    await bench.write(responder, (tx) =>
      incidents.recordEvidence(tx, {
        incidentId,
        expectedVersion: version,
        evidenceId,
        text: 'log',
        sha256: 'd'.repeat(64),
        environment: 'PRODUCTION',
        collectedAt: new Date(at),
      }),
    );
    const target = { incidentId, expectedVersion: version + 1, tenantIds: null };
    const order = { ...target, reason: 'theirs', evidenceIds: [evidenceId] };
    await expect(
      bench.write(responder, (tx) => incidents.decideTheResponsibility(tx, { ...order, responsibility: 'CUSTOMER' })),
    ).rejects.toMatchObject({ code: 'RESPONSIBILITY_CONFLICT' });
  });
});

it('H-8 the migrated schema is what the tables say', async () => {
  const log = await bench.database.db.source.driver.createSchemaBuilder().log();
  const ours = log.upQueries.map(({ query }) => query);
  expect(ours).toEqual([]);
});
