import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decisionsOf } from '@tocsin/database';
import { handlers } from './events.ts';
import { decideTheResponsibility, recordEvidence } from './incidents.ts';
import { aPromotion, createBench, meta, responder, type Bench } from './testing/bench.ts';

const at = '2026-11-20T10:00:00.000Z';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

async function aTenant(): Promise<string> {
  const tenantId = randomUUID();
  await bench.hear((tx) => handlers.TenantChanged({ tenantId, subscriptionIds: [], at }, tx, meta));
  return tenantId;
}

/** An incident that a detection about these tenants opened, and how to decide that the customer is accountable. */
async function aStory(tenantIds: string[]) {
  const { id: incidentId, version } = await bench.anIncident({ tenantIds });
  const evidenceId = randomUUID();
  const facts = { text: 'log', sha256: 'd'.repeat(64), environment: 'EXTERNAL', collectedAt: new Date(at) } as const;
  const target = { incidentId, expectedVersion: version };
  await bench.write(responder, (tx) => recordEvidence(tx, { ...target, ...facts, evidenceId }));
  const order = { incidentId, expectedVersion: version + 1, reason: 'theirs', evidenceIds: [evidenceId] };
  const decide = (named: string[] | null = null) =>
    bench.write(responder, (tx) =>
      decideTheResponsibility(tx, { ...order, responsibility: 'CUSTOMER', tenantIds: named }),
    );
  return { incidentId, decide };
}

/** The tenants to which the incident was announced as handed over. */
async function handedTo(incidentId: string): Promise<unknown[]> {
  const sql = `select data::jsonb ->> 'tenantId' as id from outbox where aggregate_id = $1 and type like '%HandOverIssued%'`;
  return (await bench.database.admin<{ id: string }>(sql, [incidentId])).map(({ id }) => id);
}

it('R-12 CUSTOMER hands over to the tenants whom the detections concern', async () => {
  const tenantId = await aTenant();
  const { incidentId, decide } = await aStory([tenantId]);
  await expect(decide()).resolves.toMatchObject({ responsibility: 'CUSTOMER' });
  expect(await handedTo(incidentId)).toEqual([tenantId]);
  const [handOver] = await bench.look(responder, (tx) => decisionsOf(tx, 'incident', incidentId, 'handOver'));
  expect(handOver).toMatchObject({ value: { tenantIds: [tenantId] }, reason: 'theirs', actorId: responder.id });
});

it('R-12 or to those that are named', async () => {
  const [concerned, named] = [await aTenant(), await aTenant()];
  const { incidentId, decide } = await aStory([concerned]);
  await decide([named]);
  expect(await handedTo(incidentId)).toEqual([named]);
});

it('R-12 without a tenant that there is it is not decided', async () => {
  const nobody = await aStory([]);
  await expect(nobody.decide()).rejects.toMatchObject({ code: 'TENANT_REQUIRED' });
  await expect(nobody.decide([randomUUID()])).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' });
  expect(await handedTo(nobody.incidentId)).toEqual([]);
  expect(await bench.seen(nobody.incidentId)).toMatchObject({ responsibility: 'UNDETERMINED' });
});

it('H-7 a promotion heard twice is remembered once, with its tenants', async () => {
  const promotion = aPromotion({ tenantIds: [await aTenant()] });
  for (let times = 0; times < 2; times += 1) await bench.hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
  const sql = 'select tenant_ids as "tenantIds" from known_detection where id = $1';
  expect(await bench.database.admin(sql, [promotion.detectionId])).toEqual([{ tenantIds: promotion.tenantIds }]);
});
