import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPrincipal } from '@tocsin/testkit';
import { cloudEvent, sampleData, startRig, type Rig } from '../testing/rig.ts';

const batchType = 'application/cloudevents-batch+json';

interface ItemAnswer {
  readonly id: string | null;
  readonly status: string;
  readonly code?: string;
  readonly path?: string;
  readonly signalId?: string;
  readonly detectionIds?: readonly string[];
}

describe('POST /v1/signals', () => {
  let rig: Rig;
  let token: string;
  beforeAll(async () => {
    rig = await startRig();
    token = await rig.token(aPrincipal('DETECTOR'));
  });
  afterAll(() => rig.stop());

  const post = async (body: unknown, type?: string) => {
    const { status, headers, body: answer } = await rig.post(token, body, type);
    return { status, headers, answer, results: (answer['results'] as readonly ItemAnswer[] | undefined) ?? [] };
  };
  const events = async (detectionId: string | undefined) =>
    (
      await rig.database.admin<{ type: string }>('select type from outbox where aggregate_id = $1 order by id', [
        detectionId,
      ])
    ).map(({ type }) => type.split('.')[2]);

  it('accepts an event that a rule matches and announces DetectionRaised', async () => {
    const { status, results } = await post(cloudEvent());
    expect(status).toBe(202);
    expect(results).toMatchObject([{ status: 'MATCHED', detectionIds: [expect.any(String)] }]);
    expect(await events(results[0]?.detectionIds?.[0])).toEqual(['DetectionRaised']);
  });

  it('D-1 keeps an event that nothing matches, too', async () => {
    const { status, results } = await post(cloudEvent({ data: { hello: 'world' } }));
    expect(status).toBe(202);
    expect(results).toMatchObject([{ status: 'UNMATCHED', detectionIds: [] }]);
    expect(await rig.database.admin('select from signal where id = $1', [results[0]?.signalId])).toHaveLength(1);
  });

  it('D-2 the same event twice is one signal with the same answer', async () => {
    const event = cloudEvent();
    const [first] = (await post(event)).results;
    // Another order of keys is the same content.
    const [second] = (await post(Object.fromEntries(Object.entries(event).reverse()))).results;
    expect(second).toEqual({ ...first, status: 'DUPLICATE' });
    expect(await events(first?.detectionIds?.[0])).toEqual(['DetectionRaised']);
  });

  it('D-2 the same reference with other content is SIGNAL_REF_CONFLICT', async () => {
    const event = cloudEvent();
    await post(event);
    const { status, results } = await post({ ...event, data: sampleData({ User: 'FABRIKAM\\other' }) });
    expect(status).toBe(422);
    expect(results).toMatchObject([{ status: 'REJECTED', code: 'SIGNAL_REF_CONFLICT' }]);
  });

  it('D-2 ten copies at once are one signal', async () => {
    const event = cloudEvent();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(event)));
    const results = answers.flatMap((answer) => answer.results);
    expect(new Set(results.map(({ signalId }) => signalId)).size).toBe(1);
    expect(results.filter(({ status }) => status === 'MATCHED')).toHaveLength(1);
    expect(await events(results[0]?.detectionIds?.[0])).toEqual(['DetectionRaised']);
  });

  it('ten events about the same entities at once are one detection of ten signals', async () => {
    const data = sampleData({ User: 'FABRIKAM\\ten' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(cloudEvent({ data }))));
    const ids = new Set(answers.flatMap(({ results }) => results.flatMap(({ detectionIds }) => detectionIds)));
    expect(ids.size).toBe(1);
    const [id] = ids;
    expect(await rig.database.admin('select signal_count, version from detection where id = $1', [id])).toEqual([
      { signal_count: 10, version: 10 },
    ]);
    expect(await events(id)).toEqual(['DetectionRaised', ...Array.from({ length: 9 }, () => 'DetectionUpdated')]);
  });

  it('D-6 first and last seen are the same in any order', async () => {
    const data = sampleData({ User: 'FABRIKAM\\order' });
    const times = ['2026-11-02T00:00:00Z', '2026-11-01T00:00:00+01:00', '2026-11-03T00:00:00Z'];
    const { results } = await post(
      times.map((time) => cloudEvent({ data, time })),
      batchType,
    );
    const [row] = await rig.database.admin('select first_seen_at, last_seen_at from detection where id = $1', [
      results[0]?.detectionIds?.[0],
    ]);
    expect(row).toEqual({
      first_seen_at: new Date('2026-10-31T23:00:00Z'),
      last_seen_at: new Date('2026-11-03T00:00:00Z'),
    });
  });

  it("a detector's clock that is ahead is marked, and we use ours", async () => {
    const { results } = await post(cloudEvent({ time: '2999-01-01T00:00:00Z' }));
    const [row] = await rig.database.admin(
      `select observed_at = received_at as ours, claimed_at from signal where id = $1`,
      [results[0]?.signalId],
    );
    expect(row).toEqual({ ours: true, claimed_at: new Date('2999-01-01T00:00:00Z') });
  });

  it('a batch answers item by item, 207 when some are refused', async () => {
    const good = cloudEvent();
    const { status, answer, results } = await post(
      [good, cloudEvent({ time: '2026-11-22T03:14:07' }), good],
      batchType,
    );
    expect(status).toBe(207);
    expect(answer).toMatchObject({ accepted: 1, duplicate: 1, rejected: 1 });
    expect(results.map(({ status: one }) => one)).toEqual(['MATCHED', 'REJECTED', 'DUPLICATE']);
  });

  const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
  it.each([
    ['a time without offset', { time: '2026-11-22T03:14:07' }, 'TIME_WITHOUT_OFFSET', 'time'],
    ['no date', { time: '2026-02-30T00:00:00Z' }, 'INVALID_INPUT', 'time'],
    ['no time', { time: 'yesterday' }, 'INVALID_INPUT', 'time'],
    ['a time that is a number', { time: 5 }, 'INVALID_INPUT', 'time'],
    ['another version', { specversion: '0.3' }, 'INVALID_INPUT', 'specversion'],
    ['another type', { type: 'com.example.thing' }, 'INVALID_INPUT', 'type'],
    ['an empty source', { source: '' }, 'INVALID_INPUT', 'source'],
    ['an id that is a number', { id: 7 }, 'INVALID_INPUT', 'id'],
    ['data that are text', { data: 'x' }, 'INVALID_INPUT', 'data'],
    ['data in Base64', { data_base64: 'AA==' }, 'INVALID_INPUT', 'data_base64'],
    ['an attribute that is an object', { extra: { a: 1 } }, 'INVALID_INPUT', 'extra'],
    ['data 33 levels deep', { data: deep(33) }, 'INVALID_INPUT', expect.stringMatching(/^data(\.a)+$/)],
    ['a lone surrogate', { data: { a: ['\ud800'] } }, 'INVALID_INPUT', 'data.a.0'],
    ['a NUL', { data: { a: 'x\0' } }, 'INVALID_INPUT', 'data.a'],
    [
      '2,001 keys',
      { data: Object.fromEntries(Array.from({ length: 2_001 }, (_, n) => [`k${n}`, n])) },
      'INVALID_INPUT',
      expect.any(String),
    ],
    ['more than 256 KB', { data: { a: 'x'.repeat(262_144) } }, 'SIGNAL_TOO_LARGE', ''],
  ])('%s is refused with its code and place', async (_what, overrides, code, path) => {
    const { status, results } = await post(cloudEvent(overrides));
    expect(status).toBe(422);
    expect(results).toMatchObject([{ status: 'REJECTED', code, path, retryable: false }]);
  });

  it('__proto__ and numbers beyond a double are refused', async () => {
    const text = JSON.stringify(cloudEvent({ data: { a: 1 } }));
    const proto = await post(text.replace('{"a":1}', '{"__proto__":{"b":1}}'));
    expect(proto.results).toMatchObject([{ code: 'INVALID_INPUT', path: 'data.__proto__' }]);
    const huge = await post(text.replace('{"a":1}', '{"a":1e999}'));
    expect(huge.results).toMatchObject([{ code: 'INVALID_INPUT', path: 'data.a' }]);
  });

  it.each([
    ['malformed JSON', '{"specversion"', undefined, 400, 'BATCH_UNREADABLE'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), undefined, 400, 'BATCH_UNREADABLE'],
    ['an empty batch', [], batchType, 400, 'BATCH_UNREADABLE'],
    ['501 items', Array.from({ length: 501 }, () => 1), batchType, 400, 'BATCH_UNREADABLE'],
    ['an object as batch', {}, batchType, 400, 'BATCH_UNREADABLE'],
    ['100,000 levels', '['.repeat(100_000) + ']'.repeat(100_000), undefined, 422, undefined],
    ['plain JSON', {}, 'application/json', 415, 'MEDIA_TYPE_UNKNOWN'],
    ['Latin-1', {}, 'application/cloudevents+json; charset=iso-8859-1', 415, 'MEDIA_TYPE_UNKNOWN'],
    ['more than 4 MB', 'x'.repeat(4 * 1024 * 1024 + 1), undefined, 413, 'BATCH_TOO_LARGE'],
  ] as const)('%s is refused as a whole', async (_what, body, type, status, code) => {
    const given = await post(body, type);
    expect(given.status).toBe(status);
    if (code !== undefined) expect(given.answer).toMatchObject({ code, message: expect.any(String) });
  });

  it('no token, an expired one, another audience, a forged one: 401; another role: 403', async () => {
    const detector = aPrincipal('DETECTOR');
    const expired = await rig.token(detector, { issuedAt: Math.floor(Date.now() / 1000) - 3_600 });
    const foreign = await rig.token(detector, { audience: 'another-api' });
    for (const bad of [undefined, expired, foreign, `${token.slice(0, -4)}AAAA`, 'x']) {
      const { status, body, headers } = await rig.post(bad, cloudEvent());
      expect([status, body]).toMatchObject([401, { code: 'UNAUTHENTICATED' }]);
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
    for (const role of ['RESPONDER', 'CUSTOMER_ADMIN', 'CUSTOMER_READER', 'PARTNER', 'AUDITOR'] as const) {
      const { status, body } = await rig.post(await rig.token(aPrincipal(role)), cloudEvent());
      expect([role, status, body]).toMatchObject([role, 403, { code: 'FORBIDDEN' }]);
    }
  });

  it('the database away is 503 UNAVAILABLE with Retry-After, and the event can be sent again', async () => {
    const event = cloudEvent();
    await rig.gate.close();
    const away = await post(event);
    await rig.gate.open();
    expect([away.status, away.answer, away.headers.get('retry-after')]).toMatchObject([
      503,
      { code: 'UNAVAILABLE' },
      '5',
    ]);
    expect((await post(event)).results).toMatchObject([{ status: 'MATCHED' }]);
  });
});
