import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servicePrincipal, type Principal } from '@tocsin/access';
import type { Level } from '@tocsin/contracts';
import { inTransaction, type Transaction } from '@tocsin/database';
import { aPrincipal } from '@tocsin/testkit';
import { reportIntake } from './domain/detector.ts';
import { handlers } from './events.ts';
import { matchedSignals } from './store/matched-signals.ts';
import { expireSuppressions } from './suppressions.ts';
import { cloudEvent, sampleData, startRig, type Rig } from './testing/rig.ts';

const responder = aPrincipal('RESPONDER');
const engineer = aPrincipal('SERVICE_ENGINEER');
const second = aPrincipal('SERVICE_ENGINEER', { id: 'user:second' });
const rule = '4eac6b49-f782-4247-804c-121166f65def';
const meta = { id: randomUUID(), type: 'tocsin.test', occurredAt: new Date() };
const at = '2026-11-22T10:00:00.000Z';
const soon = () => new Date(Date.now() + 86_400_000).toISOString();
const fields = `suppression { id version state owner suppressedCount activatedBy
  replay { lookedAt matched truePositivesHidden level } }`;

interface Suppression {
  readonly id: string;
  readonly version: number;
  readonly replay: Record<string, unknown> | null;
}

describe('suppressions', () => {
  let rig: Rig;
  let token: string;
  beforeAll(async () => {
    rig = await startRig();
    token = await rig.token(aPrincipal('DETECTOR'));
  });
  afterAll(() => rig.stop());

  const run = async (by: Principal, name: string, input: object, wanted = fields) => {
    const type = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}Input`;
    const mutation = `mutation ($input: ${type}!) { ${name}(input: $input) { ${wanted} } }`;
    const { data, errors } = await rig.graph(by, mutation, { input: { idempotencyKey: randomUUID(), ...input } });
    const { code, details } = errors?.[0]?.extensions ?? {};
    return { code, details, data: data?.[name] as { readonly suppression: Suppression } | undefined };
  };
  const did = async (by: Principal, name: string, input: object): Promise<Suppression> => {
    const { code, data } = await run(by, name, input);
    if (data === undefined || data === null) throw new Error(code);
    return data.suppression;
  };
  const filterOf = (user: string): string => `known:\n  User: '*\\${user}'\ncondition: known\n`;
  const proposalOf = (user: string, patch: object = {}) => ({
    ...{ detectorId: rule, filter: filterOf(user), rootCause: 'NORMAL_BUSINESS_PRACTICE' },
    ...{ owner: engineer.id, expiresAt: soon(), reason: 'The backup does this.', ...patch },
  });
  const refOf = ({ id, version }: Suppression) => ({ suppressionId: id, expectedVersion: version, reason: 'Seen.' });
  const replayed = async (proposed: Suppression): Promise<Suppression> => {
    const { suppressionId, expectedVersion } = refOf(proposed);
    return did(engineer, 'replaySuppression', { suppressionId, expectedVersion });
  };
  const activated = async (user: string): Promise<Suppression> => {
    const proposed = await replayed(await did(engineer, 'proposeSuppression', proposalOf(user)));
    return did(second, 'activateSuppression', refOf(proposed));
  };
  const send = async (user: string, patch: Record<string, unknown> = {}) => {
    const time = new Date(Date.now() - 1_000).toISOString();
    const event = cloudEvent({ time, data: sampleData({ User: `CORP\\${user}` }), ...patch });
    const { body } = await rig.post(token, event);
    const [result] = body['results'] as unknown as { status: string; detectionIds: string[] }[];
    return { status: result?.status, id: result?.detectionIds[0] ?? '' };
  };
  const detection = async (id: string) => {
    const query = `query ($id: ID!) { detection(id: $id) { state version signalCount suppressedCount relatedDetectionId
      suppression { id } signals(first: 9) { edges { node { id } } } } }`;
    const { data } = await rig.graph(responder, query, { id });
    return data?.['detection'] as Record<string, unknown> & { version: number };
  };
  const promote = (detectionId: string, expectedVersion: number) =>
    run(responder, 'promoteDetection', { detectionId, expectedVersion, reason: 'x' }, 'detection { id }');
  const hear = (work: (tx: Transaction) => Promise<unknown>) =>
    inTransaction(rig.database.db, { by: servicePrincipal('detection'), action: 'test' }, work);
  const hearIncident = async (detectionId: string, level: Level) => {
    const incidentId = randomUUID();
    await hear((tx) => handlers.DetectionAttached({ incidentId, detectionId, at }, tx, meta));
    const facts = { incidentId, level, domains: [], crspi: 'NOT_CONSIDERED', at } as const;
    const cause = level === 'FALSE_POSITIVE' ? ({ rootCause: 'DATA_QUALITY' } as const) : {};
    await hear((tx) => handlers.IncidentClassified({ ...facts, ...cause, domains: [] }, tx, meta));
  };

  it('R-46 I-8 what the filter of an active suppression matches is counted and hidden, anything else is not', async () => {
    const active = await activated('svc-nightly');
    const first = await send('svc-nightly');
    expect(first.status).toBe('MATCHED');
    expect((await send('svc-nightly')).id).toBe(first.id);
    expect(await detection(first.id)).toMatchObject({
      ...{ state: 'SUPPRESSED', signalCount: 2, suppressedCount: 2, suppression: { id: active.id } },
      signals: { edges: [expect.anything(), expect.anything()] },
    });
    const events = await rig.database.admin<{ type: string }>('select type from outbox where aggregate_id = $1', [
      first.id,
    ]);
    expect(events.map(({ type }) => type)).toEqual(['tocsin.detection.DetectionSuppressed.v1']);
    expect(await detection((await send('eve')).id)).toMatchObject({ state: 'OPEN', suppression: null });
    const query = `query ($id: ID!) { suppression(id: $id) { suppressedCount } }`;
    expect((await rig.graph(engineer, query, { id: active.id })).data).toEqual({ suppression: { suppressedCount: 2 } });
    const order = { detectionId: first.id, expectedVersion: 2, reason: 'Odd hour.' };
    await run(responder, 'reopenDetection', order, 'detection { id }');
    expect((await send('svc-nightly')).id).toBe(first.id);
    expect(await detection(first.id)).toMatchObject({ state: 'OPEN', signalCount: 3, suppressedCount: 2 });
    await promote(first.id, 4);
    await did(engineer, 'revokeSuppression', refOf(active));
    expect(await detection((await send('svc-nightly')).id)).toMatchObject({ state: 'OPEN' });
  });

  it('I-8 ends by its time to the second, and says so once', async () => {
    const active = await activated('svc-short');
    await rig.database.admin(`update suppression set expires_at = now() - interval '1 second' where id = $1`, [
      active.id,
    ]);
    expect(await detection((await send('svc-short')).id)).toMatchObject({ state: 'OPEN', suppressedCount: 0 });
    const query = `query ($id: ID!) { suppression(id: $id) { state } suppressions(state: EXPIRED) { edges { node { id } } } }`;
    const told = { suppression: { state: 'EXPIRED' }, suppressions: { edges: [{ node: { id: active.id } }] } };
    expect((await rig.graph(engineer, query, { id: active.id })).data).toEqual(told);
    expect((await run(engineer, 'revokeSuppression', refOf(active))).code).toBe('SUPPRESSION_STATE');
    expect(await hear(expireSuppressions)).toBe(true);
    expect(await hear(expireSuppressions)).toBe(false);
    expect((await rig.graph(engineer, query, { id: active.id })).data).toEqual(told);
    const rows = await rig.database.admin<{ data: string }>(
      `select data from outbox where aggregate_id = $1 order by id desc limit 1`,
      [active.id],
    );
    expect(JSON.parse(rows[0]?.data ?? '')).toMatchObject({ suppressionId: active.id, state: 'EXPIRED' });
  });

  it('I-36 hides nothing that an exercise does', async () => {
    const exerciseId = randomUUID();
    const facts = { exerciseId, state: 'RUNNING', startsAt: '2026-11-20T09:00:00.000Z' } as const;
    await hear((tx) => handlers.ExerciseChanged({ ...facts, endsAt: '2099-01-01T00:00:00.000Z', at }, tx, meta));
    await activated('svc-drill');
    expect(await detection((await send('svc-drill', { exerciseid: exerciseId })).id)).toMatchObject({ state: 'OPEN' });
    expect(await detection((await send('svc-drill')).id)).toMatchObject({ state: 'SUPPRESSED' });
  });

  it('R-46 a replay counts what a search through all that is stored counts, true positives among it', async () => {
    // One more of a false positive than of a true one, so that neither is taken for the other.
    const names = [...Array.from({ length: 24 }, (_, n) => `replay-${String(n % 6)}`), 'replay-1'];
    const found = new Map<string, string>();
    // Of replay-0 no incident is known yet; replay-3 was seen longer ago than a replay looks.
    const longAgo = { time: new Date(Date.now() - 31 * 86_400_000).toISOString() };
    for (const user of names) found.set(user, (await send(user, user === 'replay-3' ? longAgo : {})).id);
    for (const user of ['replay-0', 'replay-1', 'replay-2', 'replay-3']) {
      const id = found.get(user) ?? '';
      await promote(id, (await detection(id)).version);
    }
    await hearIncident(found.get('replay-1') ?? '', 'FALSE_POSITIVE');
    await hearIncident(found.get('replay-2') ?? '', 'EVENT');
    const rows = await rig.database.admin<{ user: string; state: string; id: string; recent: boolean }>(
      `select s.attributes -> 'fields' ->> 'User' as user, d.state, d.id,
         s.observed_at > now() - interval '30 days' as recent
       from signal s, detection d where d.id = any(s.detection_ids) and d.detector_id = $1`,
      [rule],
    );
    const looked = rows.filter(({ recent }) => recent);
    const matched = looked.filter(({ user }) => /\\replay-[0-4]$/.test(user));
    const real = matched.filter(({ state, id }) => state === 'PROMOTED' && id !== found.get('replay-1'));
    const patch = { filter: `a:\n  User:\n    - '*\\replay-?'\nb:\n  User|endswith: '5'\ncondition: a and not b\n` };
    const proposed = await replayed(await did(engineer, 'proposeSuppression', proposalOf('', patch)));
    const counts = { lookedAt: looked.length, matched: matched.length, truePositivesHidden: real.length };
    expect(proposed.replay).toEqual({ ...counts, level: 'CRITICAL' });
    expect([matched.length, real.length]).toEqual([17, 8]);
    const sizes: number[] = [];
    await hear(async (tx) => {
      for await (const batch of matchedSignals(tx, rule, new Date(Date.now() - 30 * 86_400_000), 10))
        sizes.push(batch.length);
    });
    expect([sizes[0], sizes.reduce((sum, size) => sum + size)]).toEqual([10, looked.length]);
    const refused = await run(second, 'activateSuppression', refOf(proposed));
    expect([refused.code, refused.details]).toEqual(['HIDES_TRUE_POSITIVES', { truePositivesHidden: 8 }]);
  });

  it('I-8 does not act without owner, expiry, replay of this very filter, and a second person', async () => {
    const bare = { owner: null, expiresAt: null };
    let one = await did(engineer, 'proposeSuppression', proposalOf('svc-bare', bare));
    const activation = async (by = second) => (await run(by, 'activateSuppression', refOf(one))).code;
    const revised = async (patch: object) => {
      const { filter, owner, expiresAt } = proposalOf('svc-bare', { ...bare, ...patch }) as Record<string, unknown>;
      one = await did(engineer, 'reviseSuppression', { ...refOf(one), filter, owner, expiresAt });
    };
    expect(await activation()).toBe('OWNER_REQUIRED');
    await revised({ owner: engineer.id });
    expect(await activation()).toBe('EXPIRY_REQUIRED');
    await revised({ owner: engineer.id, expiresAt: new Date(Date.now() + 91 * 86_400_000).toISOString() });
    expect(await activation()).toBe('EXPIRY_REQUIRED');
    const whole = { owner: engineer.id, expiresAt: soon() };
    await revised(whole);
    expect(await activation()).toBe('REPLAY_REQUIRED');
    one = await replayed(one);
    expect(await activation(engineer)).toBe('SAME_PERSON_REFUSED');
    await revised({ ...whole, filter: filterOf('svc-other') });
    expect(await activation()).toBe('REPLAY_REQUIRED');
    one = await replayed(one);
    expect(await activation(responder)).toBe('FORBIDDEN');
    expect(await did(second, 'activateSuppression', refOf(one))).toMatchObject({
      state: 'ACTIVE',
      activatedBy: second.id,
    });
    expect(await activation()).toBe('CONCURRENT_CHANGE');
  });

  it('D-3 a filter is refused with all its reasons; a report of a person is never hidden', async () => {
    const propose = (patch: object) => run(engineer, 'proposeSuppression', proposalOf('x', patch));
    const { code, details } = await propose({ filter: "a:\n  'Nonce|re': x\ncondition: b\n" });
    const { reasons } = details as { reasons: { code: string }[] };
    expect(code).toBe('RULE_INVALID');
    expect(reasons.map((reason) => reason.code).sort()).toEqual([
      'FIELD_NOT_KEPT',
      'MODIFIER_UNKNOWN',
      'SELECTION_UNKNOWN',
    ]);
    expect((await propose({ detectorId: reportIntake.id })).code).toBe('RULE_INVALID');
    expect((await propose({ detectorId: randomUUID() })).code).toBe('NOT_FOUND');
    expect((await propose({ detectorId: 'x' })).code).toBe('NOT_FOUND');
    expect((await propose({ taskId: randomUUID() })).code).toBe('NOT_FOUND');
    expect((await propose({ reason: ' ' })).code).toBe('REASON_REQUIRED');
    expect((await run(responder, 'proposeSuppression', proposalOf('x'))).code).toBe('FORBIDDEN');
    const refused = await did(engineer, 'proposeSuppression', proposalOf('x'));
    expect(await did(second, 'rejectSuppression', refOf(refused))).toMatchObject({ state: 'REJECTED' });
    const query = `query ($id: ID!) { suppression(id: $id) { decisions { state actorId reason } } }`;
    expect((await rig.graph(responder, query, { id: refused.id })).data).toEqual({
      suppression: {
        decisions: [
          { state: 'PROPOSED', actorId: engineer.id, reason: 'The backup does this.' },
          { state: 'REJECTED', actorId: second.id, reason: 'Seen.' },
        ],
      },
    });
  });
});
