import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servicePrincipal, type Principal } from '@tocsin/access';
import type { Level, RootCause } from '@tocsin/contracts';
import { inTransaction, type Transaction } from '@tocsin/database';
import { aPrincipal } from '@tocsin/testkit';
import { handlers } from './events.ts';
import { reportIntake } from './domain/detector.ts';
import { cloudEvent, sampleData, startRig, type Rig } from './testing/rig.ts';

const responder = aPrincipal('RESPONDER');
const engineer = aPrincipal('SERVICE_ENGINEER');
const meta = { id: randomUUID(), type: 'tocsin.test', occurredAt: new Date() };
const at = '2026-11-22T10:00:00.000Z';
const task = 'id version state rootCause findingCount owner dueAt detector { name }';

interface Task {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly findingCount: number;
}

describe('tuning tasks', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  const run = async (by: Principal, name: string, input: object, fields: string) => {
    const type = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}Input`;
    const mutation = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`;
    const { data, errors } = await rig.graph(by, mutation, { input: { idempotencyKey: randomUUID(), ...input } });
    return { code: errors?.[0]?.extensions.code, data: data?.[name] as Record<string, never> | undefined };
  };
  const raised = async (data: object = {}): Promise<string> => {
    const { body } = await rig.post(await rig.token(aPrincipal('DETECTOR')), cloudEvent(data));
    return (body['results'] as unknown as { detectionIds: string[] }[])[0]?.detectionIds[0] ?? '';
  };
  const dismiss = (detectionId: string, rootCause: RootCause | null, patch: object = {}, by = responder) =>
    run(
      by,
      'dismissDetection',
      { detectionId, expectedVersion: 1, reason: 'The backup.', rootCause, ...patch },
      `detection { id version state rootCause tuningTask { ${task} } }`,
    );
  const taskOf = async (detectionId: string): Promise<Task | null> => {
    const query = `query ($id: ID!) { detection(id: $id) { tuningTask { ${task} } } }`;
    const { data } = await rig.graph(responder, query, { id: detectionId });
    return (data?.['detection'] as { tuningTask: Task | null }).tuningTask;
  };
  const hear = (work: (tx: Transaction) => Promise<unknown>) =>
    inTransaction(rig.database.db, { by: servicePrincipal('detection'), action: 'test' }, work);
  const hearOpened = (incidentId: string, detectionIds: string[], since = at) => {
    const facts = { number: 1, source: 'AUTOMATED_SIGNATURE', firstIndicationAt: at, detectedAt: at } as const;
    return hear((tx) => handlers.IncidentOpened({ ...facts, incidentId, detectionIds, at: since }, tx, meta));
  };
  const hearClassified = (incidentId: string, level: Level, rootCause?: RootCause) => {
    const facts = { incidentId, level, domains: [], crspi: 'NOT_CONSIDERED', at } as const;
    const cause = rootCause === undefined ? {} : { rootCause };
    return hear((tx) => handlers.IncidentClassified({ ...facts, ...cause, domains: [] }, tx, meta));
  };
  const eventsOf = async (id: string | undefined) =>
    (
      await rig.database.admin<{ data: string }>('select data from outbox where aggregate_id = $1 order by id', [id])
    ).map(({ data }) => JSON.parse(data) as Record<string, unknown>);
  /** Ends the task that other tests of the detector and cause would join. */
  const finish = async ({ id, version }: Task) => {
    const order = { taskId: id, reason: 'Tuned.' };
    await run(engineer, 'startTuningTask', { ...order, expectedVersion: version }, 'task { id }');
    const closing = { ...order, expectedVersion: version + 1, outcome: 'DONE' };
    return run(engineer, 'closeTuningTask', closing, `task { ${task} }`);
  };

  it('R-46 I-8 a dismissal needs a root cause, and opens a tuning task in the same transaction', async () => {
    const detectionId = await raised();
    expect((await dismiss(detectionId, null)).code).toBe('ROOT_CAUSE_REQUIRED');
    expect((await dismiss(detectionId, 'DATA_QUALITY', { reason: ' ' })).code).toBe('REASON_REQUIRED');
    expect((await dismiss(detectionId, 'DATA_QUALITY', {}, engineer)).code).toBe('FORBIDDEN');
    expect(await taskOf(detectionId)).toBeNull();
    const { data } = await dismiss(detectionId, 'DATA_QUALITY');
    const opened = { state: 'OPEN', rootCause: 'DATA_QUALITY', findingCount: 1, owner: null, dueAt: null, version: 1 };
    expect(data).toMatchObject({
      detection: {
        ...{ id: detectionId, version: 2, state: 'DISMISSED', rootCause: 'DATA_QUALITY' },
        tuningTask: { ...opened, detector: { name: 'Files of a share sent out with rclone' } },
      },
    });
    const taskId = (await taskOf(detectionId))?.id;
    expect(await eventsOf(taskId)).toMatchObject([{ taskId, rootCause: 'DATA_QUALITY', state: 'OPEN' }]);
    const rows = await rig.database.admin<{ n: number }>(
      `select count(distinct a.xmin::text)::int as n from (select xmin from tuning_task where id = $1
       union all select xmin from detection where id = $2) a`,
      [taskId, detectionId],
    );
    expect(rows).toEqual([{ n: 1 }]);
    expect((await dismiss(detectionId, 'DATA_QUALITY', { expectedVersion: 2 })).code).toBe('DETECTION_NOT_OPEN');
  });

  it('R-46 false positives of one cause gather in one task until it is finished, each named', async () => {
    const [one, two, three] = [await raised(), await raised(), await raised()];
    await Promise.all([dismiss(one, 'DETECTOR_LOGIC'), dismiss(two, 'DETECTOR_LOGIC')]);
    const gathered = await taskOf(one);
    expect(gathered).toMatchObject({ findingCount: 2, version: 2 });
    expect((await taskOf(two))?.id).toBe(gathered?.id);
    const query = `query ($id: ID!) { tuningTask(id: $id) { decisions { state actorId role reason }
      findings(first: 5) { edges { node { incidentId detection { id } } } } } }`;
    if (gathered === null) throw new Error('no task');
    const { data: done } = await finish(gathered);
    expect(done).toMatchObject({ task: { state: 'DONE', owner: engineer.id } });
    await dismiss(three, 'DETECTOR_LOGIC');
    expect((await taskOf(three))?.id).not.toBe(gathered.id);
    const { data } = await rig.graph(engineer, query, { id: gathered.id });
    const { findings, decisions } = data?.['tuningTask'] as {
      findings: { edges: { node: { detection: { id: string } } }[] };
      decisions: unknown[];
    };
    expect(new Set(findings.edges.map(({ node }) => node.detection.id))).toEqual(new Set([one, two]));
    const told = { actorId: engineer.id, role: 'SERVICE_ENGINEER', reason: 'Tuned.' };
    expect(decisions).toEqual([
      { ...told, state: 'IN_PROGRESS' },
      { ...told, state: 'DONE' },
    ]);
  });

  it.each(['opened first', 'classified first'] as const)(
    'R-46 I-8 an incident that was a false positive is filed with its detectors, once: %s',
    async (order) => {
      const [incidentId, detectionIds] = [randomUUID(), [await raised(), await raised()]];
      const classified = () => hearClassified(incidentId, 'FALSE_POSITIVE', 'TEST_ACTIVITY');
      const opened = () => hearOpened(incidentId, detectionIds);
      for (const tell of order === 'opened first' ? [opened, classified] : [classified, opened]) await tell();
      await classified();
      await opened();
      const filed = await taskOf(detectionIds[0] ?? '');
      expect(filed).toMatchObject({ state: 'OPEN', rootCause: 'TEST_ACTIVITY', findingCount: 1 });
      expect(await taskOf(detectionIds[1] ?? '')).toEqual(filed);
      await hearClassified(incidentId, 'INCIDENT');
      await classified();
      expect(await taskOf(detectionIds[0] ?? '')).toEqual(filed);
      if (filed !== null) await finish(filed);
    },
  );

  it('R-46 a detection that is attached later has its detector filed; an attack files none', async () => {
    const [incidentId, rule] = [randomUUID(), await raised()];
    await hearOpened(incidentId, [rule]);
    await hearClassified(incidentId, 'INCIDENT');
    expect(await taskOf(rule)).toBeNull();
    await hearClassified(incidentId, 'FALSE_POSITIVE', 'THRESHOLD_OR_PROFILE');
    const input = { source: 'FIRST_PARTY_REPORT', title: 'Odd', what: 'Odd.', observedAt: at };
    const told = await run(responder, 'recordSignal', input, 'detection { id }');
    const report = (told.data?.['detection'] as unknown as { id: string }).id;
    expect(await taskOf(report)).toBeNull();
    await hear((tx) => handlers.DetectionAttached({ incidentId, detectionId: report, at }, tx, meta));
    expect(await taskOf(report)).toMatchObject({ detector: { name: reportIntake.name } });
    expect(await taskOf(rule)).toMatchObject({
      findingCount: 1,
      detector: { name: expect.stringContaining('rclone') },
    });
  });

  it('what is heard late about an earlier incident of a detection changes nothing', async () => {
    const [from, to, detectionId] = [randomUUID(), randomUUID(), await raised()];
    await hearOpened(to, [detectionId], '2026-11-22T11:00:00.000Z');
    await hearOpened(from, [detectionId]);
    await hearClassified(from, 'FALSE_POSITIVE', 'DATA_QUALITY');
    expect(await taskOf(detectionId)).toBeNull();
  });

  it('a task is taken and closed by engineers only, by its version; lists filter by state and detector', async () => {
    const detectionId = await raised();
    await dismiss(detectionId, 'NORMAL_BUSINESS_PRACTICE');
    const { id: taskId = '' } = (await taskOf(detectionId)) ?? {};
    const order = { taskId, expectedVersion: 1, reason: 'A filter.' };
    const start = (by: Principal, patch: object = {}) =>
      run(by, 'startTuningTask', { ...order, ...patch }, `task { ${task} }`);
    expect((await start(responder)).code).toBe('FORBIDDEN');
    expect((await start(engineer, { expectedVersion: 9 })).code).toBe('CONCURRENT_CHANGE');
    expect((await start(engineer, { taskId: randomUUID() })).code).toBe('NOT_FOUND');
    expect((await start(engineer, { dueAt: '2020-01-01T00:00:00Z' })).code).toBe('TIME_ORDER_INVALID');
    const close = (outcome: string) =>
      run(engineer, 'closeTuningTask', { ...order, expectedVersion: 2, outcome }, `task { ${task} }`);
    expect((await start(engineer, { dueAt: '2099-01-01T00:00:00Z' })).data).toMatchObject({
      task: { state: 'IN_PROGRESS', owner: engineer.id, dueAt: '2099-01-01T00:00:00.000Z' },
    });
    const list = async (by: Principal, filter: string) => {
      const { data, errors } = await rig.graph(by, `{ tuningTasks(${filter}) { edges { node { id } } } }`);
      const { edges } = (data?.['tuningTasks'] ?? { edges: [] }) as { edges: { node: { id: string } }[] };
      return errors?.[0]?.extensions.code ?? edges.map(({ node }) => node.id);
    };
    const rule = '4eac6b49-f782-4247-804c-121166f65def';
    expect(await list(engineer, `state: IN_PROGRESS, detectorId: "${rule}"`)).toEqual([taskId]);
    expect(await list(engineer, `state: IN_PROGRESS, detectorId: "${reportIntake.id}"`)).toEqual([]);
    expect(await list(engineer, 'state: OPEN')).not.toContain(taskId);
    expect(await list(aPrincipal('LEGAL'), 'first: 1')).toBe('FORBIDDEN');
    expect((await close('DECLINED')).data).toMatchObject({ task: { state: 'DECLINED', version: 3 } });
    expect((await close('DONE')).code).toBe('CONCURRENT_CHANGE');
  });

  it('a dismissed detection is opened again, unless another has its place; its task stays', async () => {
    const same = { data: sampleData({ User: 'CORP\\twice' }) };
    const detectionId = await raised(same);
    await dismiss(detectionId, 'DATA_QUALITY');
    const filed = await taskOf(detectionId);
    const reopen = (expectedVersion: number, by = responder) =>
      run(
        by,
        'reopenDetection',
        { detectionId, expectedVersion, reason: 'It was none.' },
        'detection { state rootCause }',
      );
    expect((await reopen(2, engineer)).code).toBe('FORBIDDEN');
    expect((await reopen(2)).data).toEqual({ detection: { state: 'OPEN', rootCause: null } });
    expect((await reopen(3)).code).toBe('DETECTION_STATE');
    expect(await taskOf(detectionId)).toEqual(filed);
    await dismiss(detectionId, 'DATA_QUALITY', { expectedVersion: 3 });
    expect(await raised(same)).not.toBe(detectionId);
    expect((await reopen(4)).code).toBe('DETECTION_OPEN_ALREADY');
  });

  it('I-8 a detection that is dismissed again counts once in the task that is not finished', async () => {
    const detectionId = await raised();
    await dismiss(detectionId, 'THRESHOLD_OR_PROFILE');
    const filed = await taskOf(detectionId);
    await run(
      responder,
      'reopenDetection',
      { detectionId, expectedVersion: 2, reason: 'It was none.' },
      'detection { id }',
    );
    await dismiss(detectionId, 'THRESHOLD_OR_PROFILE', { expectedVersion: 3 });
    expect(await taskOf(detectionId)).toEqual(filed);
  });

  it('I-8 an incident is not missed when its detections and its classification are heard at the same moment', async () => {
    for (let n = 0; n < 20; n += 1) {
      const detectionId = await raised();
      const incidentId = randomUUID();
      await Promise.all([
        hearOpened(incidentId, [detectionId]),
        hearClassified(incidentId, 'FALSE_POSITIVE', 'TEST_ACTIVITY'),
      ]);
      const filed = await taskOf(detectionId);
      expect(filed).toMatchObject({ rootCause: 'TEST_ACTIVITY', findingCount: 1 });
      if (filed !== null) await finish(filed);
      await dismiss(detectionId, 'DATA_QUALITY');
    }
  });
});
