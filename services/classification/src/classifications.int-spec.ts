import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { decisionsOf } from '@tocsin/database';
import { aPrincipal } from '@tocsin/testkit';
import * as classifications from './classifications.ts';
import { handlers } from './events.ts';
import { tables } from './store/tables.ts';
import { at, createBench, legal, manager, meta, orderFor, responder, type Bench, type Known } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

const seen = (incidentId: string, by: Principal = manager) =>
  bench.look(by, (tx) => classifications.findClassification(tx, incidentId));

const classify = (known: Known, patch: Partial<ReturnType<typeof orderFor>> = {}, by: Principal = manager) =>
  bench.write(by, (tx) =>
    classifications.classifyIncident(tx, {
      ...orderFor(known),
      level: 'INCIDENT',
      domains: ['SECURITY'],
      ...patch,
    }),
  );

const declare = (known: Known, expectedVersion: number, legalAdviserId = legal.id) =>
  bench.write(manager, (tx) =>
    classifications.declareCrspi(tx, { ...orderFor(known, expectedVersion), basis: ['ACCESS_LIKELY'], legalAdviserId }),
  );

describe('decisions', () => {
  it('R-44 without evidence are EVIDENCE_REQUIRED, on that of another incident EVIDENCE_UNKNOWN', async () => {
    const [known, other] = [await bench.anIncident(), await bench.anIncident()];
    await expect(classify(known, { evidenceIds: [] })).rejects.toMatchObject({ code: 'EVIDENCE_REQUIRED' });
    for (const unknown of [other.evidenceId, randomUUID()])
      await expect(classify(known, { evidenceIds: [known.evidenceId, unknown] })).rejects.toMatchObject({
        code: 'EVIDENCE_UNKNOWN',
        details: { evidenceIds: [unknown] },
      });
    await expect(classify(known, { reason: ' ' })).rejects.toMatchObject({ code: 'REASON_REQUIRED' });
    expect(await seen(known.incidentId)).toMatchObject({ version: 1, level: 'UNCLASSIFIED' });
  });

  it('R-41 each stays in the history with its actor, role, reason and evidence', async () => {
    const known = await bench.anIncident();
    await classify(known);
    const impacts = { functional: 'LOW' as const, information: ['NONE' as const], recoverability: 'REGULAR' as const };
    await bench.write(responder, (tx) =>
      classifications.assessImpact(tx, { ...orderFor(known, 2), ...impacts, customerDataRisk: 'IMMINENT' }),
    );
    const decisions = await bench.look(manager, (tx) => decisionsOf(tx, 'classification', known.incidentId));
    const grounds = { reason: 'seen in the logs', evidenceIds: [known.evidenceId] };
    expect(decisions).toEqual([
      expect.objectContaining({ kind: 'classification', actorId: manager.id, role: 'INCIDENT_MANAGER', ...grounds }),
      expect.objectContaining({ kind: 'assessment', actorId: responder.id, role: 'RESPONDER', ...grounds }),
    ]);
  });

  it('on an older version are CONCURRENT_CHANGE, also when two race', async () => {
    const known = await bench.anIncident();
    const outcomes = await Promise.allSettled([classify(known), classify(known)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { code: 'CONCURRENT_CHANGE' } });
    await expect(classify(known)).rejects.toMatchObject({ code: 'CONCURRENT_CHANGE' });
  });

  it('R-50 R-51 a declaration, its authorisation and a later scope come back as they were made', async () => {
    const known = await bench.anIncident();
    await classify(known);
    await expect(declare(known, 2, responder.id)).rejects.toMatchObject({ code: 'LEGAL_ADVISER_REQUIRED' });
    const declared = await declare(known, 2);
    await bench.write(manager, (tx) => classifications.authorizeExecution(tx, orderFor(known, 3)));
    const [tenantId, subscriptionId] = [randomUUID(), randomUUID()];
    const scoping = () => {
      const affected = { tenantId, subscriptionIds: [subscriptionId], status: 'LIKELY' as const };
      const found = { dataCategories: ['E-mail'], flowLogRefs: ['flow/17'] };
      return bench.write(responder, (tx) =>
        classifications.setScope(tx, { ...orderFor(known, 4), ...affected, ...found }),
      );
    };
    await expect(scoping()).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' });
    const tenant = { tenantId, subscriptionIds: [subscriptionId], at };
    await bench.hear((tx) => handlers.TenantChanged(tenant, tx, meta));
    expect(declared.scopingTask).toEqual({ openedAt: declared.declaredAt?.toISOString(), closedAt: null });
    await scoping();
    expect(await seen(known.incidentId)).toMatchObject({
      version: 5,
      scopingTask: { openedAt: declared.declaredAt?.toISOString(), closedAt: expect.any(String) },
      crspi: 'DECLARED',
      declaredAt: declared.declaredAt,
      scopes: [{ tenantId, status: 'LIKELY', flowLogRefs: ['flow/17'] }],
    });
  });

  it('I-6 the database itself refuses a declared event', async () => {
    const known = await bench.anIncident();
    await classify(known);
    await declare(known, 2);
    const update = bench.database.admin(`update classification set level = 'EVENT' where id = $1`, [known.incidentId]);
    await expect(update).rejects.toThrow('classification_declared');
  });
});

describe('who sees and decides', () => {
  it('S-3 to a stranger a classification is absent, and what he commands is NOT_FOUND, as if there were none', async () => {
    const known = await bench.anIncident();
    const stranger = aPrincipal('INCIDENT_MANAGER', { id: 'user:ina' });
    expect(await seen(known.incidentId)).not.toBeNull();
    expect(await seen(known.incidentId, stranger)).toBeNull();
    const hidden = classify(known, {}, stranger).catch((error: unknown) => error);
    const absent = classify({ ...known, incidentId: randomUUID() }, {}, stranger).catch((error: unknown) => error);
    expect(await hidden).toMatchObject({ code: 'NOT_FOUND' });
    expect(await hidden).toEqual(await absent);
  });

  it('a member in another role is FORBIDDEN, and one whose time is over a stranger', async () => {
    const known = await bench.anIncident();
    await expect(classify(known, {}, legal)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { incidentId } = known;
    const over = { incidentId, principalId: manager.id, role: 'INCIDENT_MANAGER' as const, onCall: false, at };
    await bench.hear((tx) => handlers.AssignmentChanged({ ...over, until: at }, tx, meta));
    expect(await seen(incidentId)).toBeNull();
    await expect(classify(known)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('S-13 row security hides everything from a customer, whatever the query', async () => {
    const { incidentId } = await bench.anIncident();
    const hold = { holdId: randomUUID(), ground: 'EXTREME_CIRCUMSTANCES' as const, state: 'ACTIVE' as const };
    const held = { ...hold, incidentId, obligationIds: [randomUUID()], reviewAt: at, at };
    await bench.hear((tx) => handlers.HoldChanged(held, tx, meta));
    await bench.hear((tx) => handlers.TenantChanged({ tenantId: randomUUID(), subscriptionIds: [], at }, tx, meta));
    const times = { startsAt: at, endsAt: '2026-11-20T10:00:00.000Z', at };
    const exercise = { exerciseId: randomUUID(), state: 'PLANNED' as const, ...times };
    await bench.hear((tx) => handlers.ExerciseChanged(exercise, tx, meta));
    for (const table of tables) {
      const count = (by: Principal) => bench.look(by, (tx) => tx.manager.getRepository(table).count());
      expect(await count(manager)).toBeGreaterThan(0);
      expect([table.options.name, await count(aPrincipal('CUSTOMER_ADMIN'))]).toEqual([table.options.name, 0]);
    }
  });
});

describe('what is heard', () => {
  it('H-7 twice has one effect, and takes back nothing', async () => {
    const known = await bench.anIncident();
    const { incidentId } = known;
    const again = async () => {
      const stage = { incidentId, from: 'ASSESS', to: 'DIAGNOSE', n: 3, cycle: 1, at } as const;
      const responsibility = { incidentId, responsibility: 'PROVIDER', at } as const;
      await bench.hear((tx) => handlers.StageChanged(stage, tx, meta));
      await bench.hear((tx) => handlers.ResponsibilityDecided(responsibility, tx, meta));
      await bench.addEvidence(known);
    };
    await again();
    await again();
    await classify(known);
    await bench.open(incidentId);
    expect(await seen(incidentId)).toMatchObject({ version: 2, level: 'INCIDENT' });
    const rows = await bench.database.admin('select stage, responsibility from known_incident where id = $1', [
      incidentId,
    ]);
    expect(rows).toEqual([{ stage: 'DIAGNOSE', responsibility: 'PROVIDER' }]);
  });

  it('I-4 a responsibility of the customer forbids to declare', async () => {
    const known = await bench.anIncident();
    const fact = { incidentId: known.incidentId, responsibility: 'CUSTOMER', at } as const;
    await bench.hear((tx) => handlers.ResponsibilityDecided(fact, tx, meta));
    await classify(known);
    await expect(declare(known, 2)).rejects.toMatchObject({ code: 'CUSTOMER_RESPONSIBILITY' });
  });
});

it('H-8 the migrated schema is what the tables say', async () => {
  const { upQueries } = await bench.database.db.source.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});
