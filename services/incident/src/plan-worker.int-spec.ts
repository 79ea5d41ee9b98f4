import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Stage } from '@tocsin/contracts';
import { createLogger, isSignedBy, type Logger } from '@tocsin/runtime';
import { eventually } from '@tocsin/testkit';
import type { PlanDelivery } from './domain/plan-delivery.ts';
import { listPlanDeliveries } from './incident-reads.ts';
import { advanceStage, recordEvidence, reopenIncident, setThePlanRef } from './incidents.ts';
import { createPlanWorker, type PlanTool } from './plan-worker.ts';
import { createBench, manager, responder, type Bench } from './testing/bench.ts';
import { localRequest, secret, startReceiver, type WebhookReceiver } from './testing/receivers.ts';

let bench: Bench;
let log: Logger;
let tool: WebhookReceiver;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());
beforeEach(async () => {
  log = createLogger('incident', 'silent');
  await bench.database.admin('delete from plan_delivery');
});
afterEach(() => tool.stop());

/** Moves the incident by its responder, on evidence where that is asked for. */
async function enter(incidentId: string, ...stages: Stage[]): Promise<void> {
  for (const to of stages) {
    const { version: expectedVersion, evidence } = await bench.seen(incidentId);
    const order = { incidentId, expectedVersion, to, reason: 'canary', evidenceIds: evidence.map(({ id }) => id) };
    await bench.write(to === 'STABILIZE' ? manager : responder, (tx) => advanceStage(tx, order));
  }
}

async function anIncident(planRef: string | null = 'IMP-17'): Promise<string> {
  const { id: incidentId, version: expectedVersion } = await bench.anIncident();
  await bench.write(manager, (tx) => setThePlanRef(tx, { incidentId, expectedVersion, planRef }));
  const item = { text: 'canary', sha256: 'a'.repeat(64), environment: 'PRODUCTION' } as const;
  const order = { incidentId, expectedVersion: expectedVersion + 1, evidenceId: randomUUID(), ...item };
  await bench.write(responder, (tx) => recordEvidence(tx, { ...order, collectedAt: new Date('2026-11-20T08:00:00Z') }));
  return incidentId;
}

const deliveriesOf = async (incidentId: string): Promise<readonly PlanDelivery[]> =>
  (await bench.look(responder, (tx) => listPlanDeliveries(tx, [incidentId])))[0]?.value ?? [];
const pauseIsOver = () =>
  bench.database.admin(`update plan_delivery set next_attempt_at = now() where state = 'PENDING'`);
const bodiesOf = (incidentId: string) =>
  tool.received
    .map(({ body }) => (JSON.parse(body) as { data: { incidentId: string; n: number; from: Stage; to: Stage } }).data)
    .filter((data) => data.incidentId === incidentId);

/** Lets so many workers work until `check` passes. */
async function working<T>(
  check: () => Promise<T>,
  { workers = 1, to = undefined as PlanTool | null | undefined } = {},
) {
  const receiver = to === undefined ? { url: tool.url, secret } : to;
  const loops = Array.from({ length: workers }, () =>
    createPlanWorker(bench.database.db, receiver, localRequest(500), log),
  );
  for (const loop of loops) await loop.start();
  try {
    return await eventually(check);
  } finally {
    for (const loop of loops) await loop.stop();
  }
}

const untilDelivered = (incidentId: string, count: number) => async () => {
  const deliveries = await deliveriesOf(incidentId);
  expect(deliveries.map(({ state }) => state)).toEqual(Array.from({ length: count }, () => 'DELIVERED'));
  return deliveries;
};

describe('R-20 each stage change reaches the plan’s tool', () => {
  it('signed and thin, with the plan’s reference, and is committed with the change', async () => {
    tool = await startReceiver();
    const incidentId = await anIncident();
    await enter(incidentId, 'ASSESS');
    expect(await deliveriesOf(incidentId)).toMatchObject([{ n: 2, state: 'PENDING', attempts: 0 }]);
    await working(untilDelivered(incidentId, 1));
    const [{ headers, body }] = tool.received as [(typeof tool.received)[number]];
    const incident = await bench.seen(incidentId);
    expect(JSON.parse(body)).toMatchObject({
      type: 'tocsin.stage.changed',
      data: {
        incidentId,
        number: incident.number,
        planRef: 'IMP-17',
        from: 'DETECT',
        to: 'ASSESS',
        n: 2,
        cycle: 1,
        at: incident.stageEntries[1]?.at.toISOString(),
      },
    });
    expect(body).not.toContain('canary');
    expect(isSignedBy(secret, headers, body, Date.now() / 1_000)).toBe(true);
  });

  it('though the tool first fails, then is slow, then answers: the same body under the same id', async () => {
    tool = await startReceiver((before, response) => {
      // The second is never answered: our time limit ends it.
      if (before === 0) response.writeHead(500).end();
      else if (before > 1) response.end();
    });
    const incidentId = await anIncident();
    await enter(incidentId, 'ASSESS');
    for (const lastAnswer of ['500', 'TimeoutError']) {
      await working(async () =>
        expect(await deliveriesOf(incidentId)).toMatchObject([{ state: 'PENDING', lastAnswer }]),
      );
      await pauseIsOver();
    }
    const [delivery] = await working(untilDelivered(incidentId, 1));
    expect(delivery).toMatchObject({ attempts: 3, lastAnswer: '200' });
    expect(new Set(tool.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(tool.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const { headers, body } of tool.received)
      expect(isSignedBy(secret, headers, body, Date.now() / 1_000)).toBe(true);
  });

  it('in the order of the stages, also past failures and with two workers; reopening too', async () => {
    tool = await startReceiver((before, response) => response.writeHead(before < 3 ? 503 : 200).end());
    const incidentId = await anIncident();
    await enter(incidentId, 'ASSESS', 'DIAGNOSE', 'STABILIZE');
    await bench.database.admin(
      `update incident set status = 'CLOSED', disposition = 'RESOLVED', closed_at = now() where id = $1`,
      [incidentId],
    );
    const { version: expectedVersion } = await bench.seen(incidentId);
    const grounds = { reason: 'a leaked key', evidenceIds: [] };
    await bench.write(manager, (tx) => reopenIncident(tx, { incidentId, expectedVersion, ...grounds }));
    await working(
      async () => {
        await pauseIsOver();
        await untilDelivered(incidentId, 4)();
      },
      { workers: 2 },
    );
    const told = bodiesOf(incidentId).map(({ n }) => n);
    expect(told).toEqual([2, 2, 2, 2, 3, 4, 5]);
    expect(bodiesOf(incidentId).at(-1)).toMatchObject({ from: 'STABILIZE', to: 'DIAGNOSE', cycle: 2 });
  });

  it('one incident’s failures hold up no other’s', async () => {
    tool = await startReceiver((_, response) => response.end());
    const [slow, other] = [await anIncident(), await anIncident(null)];
    await enter(slow, 'ASSESS', 'DIAGNOSE');
    await bench.database.admin(
      `update plan_delivery set next_attempt_at = now() + interval '1 hour' where incident_id = $1 and n = 2`,
      [slow],
    );
    await enter(other, 'ASSESS');
    await working(untilDelivered(other, 1));
    expect((await deliveriesOf(slow)).map(({ state }) => state)).toEqual(['PENDING', 'PENDING']);
    expect(bodiesOf(other)).toMatchObject([{ planRef: null }]);
  });

  it('again when the worker died while sending, once its lease is over', async () => {
    tool = await startReceiver();
    const incidentId = await anIncident();
    await enter(incidentId, 'ASSESS');
    await working(untilDelivered(incidentId, 1));
    await bench.database.admin(
      `update plan_delivery set state = 'IN_FLIGHT', delivered_at = null, lease_until = now() - interval '1 second'
       where incident_id = $1`,
      [incidentId],
    );
    expect(await working(untilDelivered(incidentId, 1))).toMatchObject([{ attempts: 2 }]);
    expect(bodiesOf(incidentId)).toHaveLength(2);
  });

  it('in vain is EXHAUSTED, an error in the log, and the next stage is told', async () => {
    tool = await startReceiver((before, response) => response.writeHead(before === 0 ? 410 : 200).end());
    const errors = jest.spyOn(log, 'error');
    const incidentId = await anIncident();
    await enter(incidentId, 'ASSESS', 'DIAGNOSE');
    await bench.database.admin('update plan_delivery set attempts = 9 where incident_id = $1 and n = 2', [incidentId]);
    await working(async () =>
      expect(await deliveriesOf(incidentId)).toMatchObject([{ state: 'EXHAUSTED' }, { state: 'DELIVERED' }]),
    );
    expect(errors.mock.calls).toMatchObject([[{ incidentId, n: 2, lastAnswer: '410' }, /never told/]]);
  });

  it('unless there is none: then the incident says so', async () => {
    tool = await startReceiver();
    const incidentId = await anIncident();
    await enter(incidentId, 'ASSESS');
    await working(async () => expect(await deliveriesOf(incidentId)).toMatchObject([{ state: 'NO_RECEIVER' }]), {
      to: null,
    });
    expect(tool.received).toEqual([]);
  });

  it('a change that is undone is told to nobody', async () => {
    tool = await startReceiver();
    const incidentId = await anIncident();
    const { version: expectedVersion } = await bench.seen(incidentId);
    const order = { incidentId, expectedVersion, to: 'ASSESS', reason: 'mine', evidenceIds: [] } as const;
    const undone = bench.write(responder, async (tx) => {
      await advanceStage(tx, order);
      throw new Error('power cut');
    });
    await expect(undone).rejects.toThrow('power cut');
    expect(await deliveriesOf(incidentId)).toEqual([]);
  });
});
