import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { decisionsOf } from '@tocsin/database';
import * as classifications from './classifications.ts';
import { handlers } from './events.ts';
import { at, createBench, legal, manager, meta, orderFor, responder, type Bench, type Known } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

const suspicion = (known: Known, version: number) =>
  bench.write(responder, (tx) => classifications.recordSuspicion(tx, orderFor(known, version)));
const standDown = (known: Known, version: number) =>
  bench.write(responder, (tx) => classifications.standDownSuspicion(tx, orderFor(known, version)));
const decline = (known: Known, version: number, legalAdviserId = legal.id, by: Principal = manager) =>
  bench.write(by, (tx) => classifications.declineCrspi(tx, { ...orderFor(known, version), legalAdviserId }));

async function aSuspected(): Promise<Known> {
  const known = await bench.anIncident();
  const { incidentId } = known;
  await bench.hear((tx) =>
    handlers.StageChanged({ incidentId, from: 'ASSESS', to: 'DIAGNOSE', n: 3, cycle: 1, at }, tx, meta),
  );
  await suspicion(known, 1);
  return known;
}

async function announced({ incidentId }: Known): Promise<unknown[]> {
  const sql = 'select type from outbox where aggregate_id = $1 order by id';
  const rows = (await bench.database.admin(sql, [incidentId])) as { type: string }[];
  return rows.map(({ type }) => type);
}

it('R-26 R-50 a suspicion is withdrawn, and the incident declined, by those who may', async () => {
  const known = await aSuspected();
  await standDown(known, 2);
  await expect(standDown(known, 3)).rejects.toMatchObject({ code: 'NOT_SUSPECTED' });
  await expect(decline(known, 3, responder.id)).rejects.toMatchObject({ code: 'LEGAL_ADVISER_REQUIRED' });
  await expect(decline(known, 3, legal.id, legal)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await decline(known, 3);
  const declined = { code: 'NOT_UNDER_CONSIDERATION', details: { crspi: 'DECLINED' } };
  await expect(decline(known, 4)).rejects.toMatchObject(declined);
  const state = await bench.look(manager, (tx) => classifications.findClassification(tx, known.incidentId));
  expect(state).toMatchObject({ version: 4, crspi: 'DECLINED', suspected: false, legalAdviserId: legal.id });
  expect(await announced(known)).toEqual([
    'tocsin.classification.SuspicionChanged.v1',
    'tocsin.classification.SuspicionChanged.v1',
    'tocsin.classification.CrspiDeclined.v1',
  ]);
  const decisions = await bench.look(manager, (tx) => decisionsOf(tx, 'classification', known.incidentId));
  expect(decisions.map(({ kind }) => kind)).toEqual(['suspicion', 'suspicion', 'refusal']);
});

it('R-50 once declared, neither is possible', async () => {
  const known = await aSuspected();
  await bench.write(manager, (tx) =>
    classifications.classifyIncident(tx, { ...orderFor(known, 2), level: 'INCIDENT', domains: ['SECURITY'] }),
  );
  const declaration = { ...orderFor(known, 3), basis: ['ACCESS_LIKELY' as const], legalAdviserId: legal.id };
  await bench.write(manager, (tx) => classifications.declareCrspi(tx, declaration));
  await expect(standDown(known, 4)).rejects.toMatchObject({ code: 'ALREADY_DECLARED' });
  await expect(decline(known, 4)).rejects.toMatchObject({ code: 'ALREADY_DECLARED' });
});
