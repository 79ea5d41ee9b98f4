import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { decisionsOf } from '@tocsin/database';
import * as classifications from './classifications.ts';
import { createBench, legal, manager, orderFor, responder, type Bench, type Known } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

const judge = (known: Known, version: number, level: 'INCIDENT' | 'FALSE_POSITIVE') =>
  bench.write(manager, (tx) =>
    classifications.classifyIncident(tx, {
      ...{ ...orderFor(known, version), level, rootCause: 'TEST_ACTIVITY' },
      domains: level === 'INCIDENT' ? ['SECURITY'] : [],
    }),
  );
const declare = (known: Known, version: number) =>
  bench.write(manager, (tx) =>
    classifications.declareCrspi(tx, {
      ...{ ...orderFor(known, version), legalAdviserId: legal.id },
      basis: ['ACCESS_LIKELY'],
    }),
  );
const retract = (known: Known, version: number, legalAdviserId = legal.id, by: Principal = manager) =>
  bench.write(by, (tx) => classifications.retractDeclaration(tx, { ...orderFor(known, version), legalAdviserId }));

async function aDeclared(): Promise<Known> {
  const known = await bench.anIncident();
  await judge(known, 1, 'INCIDENT');
  await declare(known, 2);
  return known;
}

it('I-7 a false positive after the declaration goes through its retraction, by the manager with legal advice', async () => {
  const known = await aDeclared();
  await bench.write(manager, (tx) => classifications.authorizeExecution(tx, orderFor(known, 3)));
  await expect(judge(known, 4, 'FALSE_POSITIVE')).rejects.toMatchObject({ code: 'RETRACT_FIRST' });
  await expect(retract(known, 4, responder.id)).rejects.toMatchObject({ code: 'LEGAL_ADVISER_REQUIRED' });
  await expect(retract(known, 4, legal.id, legal)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await retract(known, 4);
  await expect(retract(known, 5)).rejects.toMatchObject({ code: 'NOT_DECLARED' });
  await judge(known, 5, 'FALSE_POSITIVE');
  const state = await bench.look(manager, (tx) => classifications.findClassification(tx, known.incidentId));
  expect(state).toMatchObject({
    ...{ version: 6, level: 'FALSE_POSITIVE', crspi: 'RETRACTED', legalAdviserId: legal.id },
    ...{ basis: [], declaredAt: null, executionAuthorizedAt: null },
  });
});

it('I-1 I-7 what was declared, and when, stays in the decisions; a new declaration has its own instant', async () => {
  const known = await aDeclared();
  await retract(known, 3);
  const again = await declare(known, 4);
  const decisions = await bench.look(manager, (tx) => decisionsOf(tx, 'classification', known.incidentId));
  expect(decisions.map(({ kind }) => kind)).toEqual(['classification', 'declaration', 'retraction', 'declaration']);
  const [, first, , second] = decisions.map(({ value }) => value as { basis?: string[]; declaredAt?: string });
  expect(first).toMatchObject({ basis: ['ACCESS_LIKELY'] });
  expect(second?.declaredAt).toBe(again.declaredAt?.toISOString());
  expect(first?.declaredAt).not.toBe(second?.declaredAt);
  const sql = 'select type from outbox where aggregate_id = $1 order by id';
  const rows = (await bench.database.admin(sql, [known.incidentId])) as { type: string }[];
  expect(rows.map(({ type }) => type)).toContain('tocsin.classification.CrspiRetracted.v1');
});
