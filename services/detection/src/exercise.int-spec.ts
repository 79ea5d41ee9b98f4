import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servicePrincipal } from '@tocsin/access';
import type { ExerciseState } from '@tocsin/contracts';
import { inTransaction } from '@tocsin/database';
import { aPrincipal } from '@tocsin/testkit';
import { handlers } from './facts.ts';
import { cloudEvent, sampleData, startRig, type Rig } from './testing/rig.ts';

const meta = { id: randomUUID(), type: 'tocsin.test', occurredAt: new Date() };
const at = '2026-11-20T09:00:00.000Z';

describe('signals of an exercise', () => {
  let rig: Rig;
  let token: string;
  beforeAll(async () => {
    rig = await startRig();
    token = await rig.token(aPrincipal('DETECTOR'));
  });
  afterAll(() => rig.stop());

  const hear = (exerciseId: string, state: ExerciseState, endsAt = '2099-01-01T00:00:00.000Z') =>
    inTransaction(rig.database.db, { by: servicePrincipal('detection'), action: 'test' }, (tx) =>
      handlers.ExerciseChanged({ exerciseId, state, startsAt: at, endsAt, at }, tx, meta),
    );
  const post = async (event: Record<string, unknown>) => {
    const { body } = await rig.post(token, event);
    const [result] = body['results'] as unknown as { status: string; code?: string; detectionIds?: string[] }[];
    return result;
  };
  const eventsOf = (detectionId: string | undefined) =>
    rig.database.admin<{ data: string }>('select data from outbox where aggregate_id = $1 order by id', [detectionId]);

  it('R-35 I-36 are taken if they were observed while it ran, also after its end', async () => {
    const exerciseid = randomUUID();
    const signal = () => post(cloudEvent({ exerciseid }));
    expect(await signal()).toMatchObject({ status: 'REJECTED', code: 'EXERCISE_NOT_RUNNING', retryable: true });
    await hear(exerciseid, 'PLANNED');
    expect(await signal()).toMatchObject({ code: 'EXERCISE_NOT_RUNNING' });
    await hear(exerciseid, 'RUNNING');
    expect(await signal()).toMatchObject({ status: 'MATCHED' });
    const observed = (time: string) => post(cloudEvent({ exerciseid, time }));
    for (const state of ['RUNNING', 'ENDED'] as const) {
      await hear(exerciseid, state, '2026-11-20T10:00:00.000Z');
      expect(await observed('2026-11-20T08:59:59.999Z')).toMatchObject({ code: 'EXERCISE_NOT_RUNNING' });
      expect(await observed('2026-11-20T09:59:00.000Z')).toMatchObject({ status: 'MATCHED' });
      expect(await observed('2026-11-20T10:00:00.001Z')).toMatchObject({ code: 'EXERCISE_NOT_RUNNING' });
    }
    expect(await post(cloudEvent({ exerciseid: 'drill' }))).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('I-35 are never folded with real ones, and mark the detection and its promotion', async () => {
    const exerciseid = randomUUID();
    await hear(exerciseid, 'RUNNING');
    const data = sampleData({ User: `FABRIKAM\\${randomUUID()}` });
    const real = await post(cloudEvent({ data }));
    const drill = await post(cloudEvent({ data, exerciseid }));
    const again = await post(cloudEvent({ data, exerciseid }));
    expect(drill?.detectionIds).not.toEqual(real?.detectionIds);
    expect(again?.detectionIds).toEqual(drill?.detectionIds);
    const [detectionId] = drill?.detectionIds ?? [];
    const input = { idempotencyKey: randomUUID(), detectionId, expectedVersion: 2, reason: 'looks bad' };
    const promote = `mutation ($input: PromoteDetectionInput!) { promoteDetection(input: $input) { detection { state } } }`;
    await rig.graph(aPrincipal('RESPONDER'), promote, { input });
    const told = (await eventsOf(detectionId)).map((row) => JSON.parse(row.data) as Record<string, unknown>);
    expect(told.map((event) => event['exerciseId'])).toEqual([exerciseid, exerciseid, exerciseid]);
    const unmarked = (await eventsOf(real?.detectionIds?.[0])).map((row) => JSON.parse(row.data) as object);
    expect(unmarked).toEqual([expect.not.objectContaining({ exerciseId: expect.anything() })]);
  });

  it('R-35 a report of RED_BLUE_EXERCISE names its exercise; a customer cannot', async () => {
    const exerciseId = randomUUID();
    await hear(exerciseId, 'RUNNING');
    const record = `mutation ($input: RecordSignalInput!) { recordSignal(input: $input) { signalId } }`;
    const report = async (by: ReturnType<typeof aPrincipal>, patch: object) => {
      const words = { title: 'Phished', what: 'One clicked.', observedAt: '2026-11-22T04:14:07Z' };
      const input = { idempotencyKey: randomUUID(), ...words, source: 'RED_BLUE_EXERCISE', ...patch };
      return (await rig.graph(by, record, { input })).errors?.[0]?.extensions.code;
    };
    const engineer = aPrincipal('SERVICE_ENGINEER');
    expect(await report(engineer, {})).toBe('INVALID_INPUT');
    expect(await report(engineer, { exerciseId: randomUUID() })).toBe('EXERCISE_NOT_RUNNING');
    expect(await report(engineer, { exerciseId })).toBeUndefined();
    const earlier = { exerciseId, observedAt: '2026-11-20T08:59:59.999Z' };
    expect(await report(engineer, earlier)).toBe('EXERCISE_NOT_RUNNING');
    const customer = aPrincipal('CUSTOMER_ADMIN', { tenantId: randomUUID() });
    expect(await report(customer, { source: 'CUSTOMER_REPORT', exerciseId })).toBe('INVALID_INPUT');
  });
});
