import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { aPrincipal } from '@tocsin/testkit';
import { legal, manager, responder } from '../testing/bench.ts';
import { createRotaBench, day, minutes, second, type RotaBench } from '../testing/rota-bench.ts';
import { startAsking, type Answer, type Asking } from '../testing/ask.ts';

let bench: RotaBench;
let asking: Asking;
beforeAll(async () => {
  bench = await createRotaBench();
  asking = await startAsking(bench.database);
});
afterAll(async () => {
  await asking.stop();
  await bench.database.drop();
});

const ask = (by: Principal, query: string, variables: object = {}): Promise<Answer> => asking.ask(by, query, variables);
const codeOf = (answer: Answer): string | undefined => answer.errors?.[0]?.extensions.code;

const whole = `id version role name zone
  layers { participants startsOn handOverDay handOverTime weeks zone windows { days from to } }
  overrides { id principalId from to recordedBy recordedAt }`;

/** Two teams follow the sun at work; from Friday to Monday, and in between, nobody is on call. */
const officeHours = (participants: string[], zone: string) => ({
  participants,
  zone,
  startsOn: '2026-01-05',
  handOverDay: 'MONDAY',
  handOverTime: '00:00',
  windows: [{ days: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'], from: '09:00', to: '17:00' }],
});
const plan = {
  role: 'RESPONDER',
  name: 'first line',
  zone: 'Europe/Berlin',
  layers: [officeHours([responder.id], 'Europe/Berlin'), officeHours([second.id], 'Asia/Kolkata')],
};

const run = (by: Principal, name: string, selection: string, input: object) =>
  ask(
    by,
    `mutation($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${selection} } }`,
    { input: { idempotencyKey: randomUUID(), ...input } },
  );

describe('rotas in the subgraph', () => {
  let rotaId: string;
  beforeAll(async () => {
    const answer = await run(manager, 'saveRota', 'rota { id version }', { expectedVersion: 0, ...plan });
    const { rota } = answer.data?.['saveRota'] as { rota: { id: string; version: number } };
    rotaId = rota.id;
  });

  it('R-02 a rota is read by all staff as it was planned', async () => {
    const answer = await ask(legal, `{ rotas { edges { cursor node { ${whole} } } pageInfo { hasNextPage } } }`);
    const layers = plan.layers.map((layer) => ({ ...layer, weeks: 1 }));
    const node = { ...plan, layers, id: rotaId, version: 1, overrides: [] };
    const [edge] = (answer.data?.['rotas'] as { edges: { cursor: string }[] }).edges;
    expect(answer.data?.['rotas']).toEqual({
      edges: [{ cursor: edge?.cursor, node }],
      pageInfo: { hasNextPage: false },
    });
    const next = await ask(legal, 'query($c: String) { rotas(after: $c) { edges { cursor } } }', { c: edge?.cursor });
    expect(next.data?.['rotas']).toEqual({ edges: [] });
  });

  it('R-02 says who is on call, until when, and when nobody is', async () => {
    const query = `query($id: ID!) {
      onCall(role: RESPONDER, at: "2026-03-30T10:30:00+05:30") { rota { id } role at principalId nextHandOverAt }
      none: onCall(role: LEGAL) { principalId }
      rota(id: $id) {
        shifts(from: "2026-03-30T00:00:00Z", to: "2026-03-31T00:00:00Z") { from to principalId }
        gaps(from: "2026-03-30T00:00:00Z", to: "2026-03-31T00:00:00Z") { from to }
      } }`;
    const at = (time: string) => `2026-03-${time}:00.000Z`;
    const gaps = [
      { from: at('30T00:00'), to: at('30T03:30') },
      { from: at('30T15:00'), to: at('31T00:00') },
    ];
    // Summer time has begun in Berlin: 09:00 is 07:00Z. The first layer wins while both are at work.
    const held = [
      { from: at('30T03:30'), to: at('30T07:00'), principalId: second.id },
      { from: at('30T07:00'), to: at('30T15:00'), principalId: responder.id },
    ];
    const [night, evening] = gaps.map((gap) => ({ ...gap, principalId: null }));
    expect((await ask(responder, query, { id: rotaId })).data).toEqual({
      onCall: {
        rota: { id: rotaId },
        role: 'RESPONDER',
        at: at('30T05:00'),
        principalId: second.id,
        nextHandOverAt: at('30T07:00'),
      },
      none: null,
      rota: { shifts: [night, ...held, evening], gaps },
    });
  });

  it('R-02 lists the alarms about its gaps page by page, the latest gap first', async () => {
    const query = `query($after: String) { rotaGapAlarms(open: true, first: 3, after: $after) {
      edges { node { id version rotaId role from to urgent openedAt closedAt } } pageInfo { hasNextPage endCursor } } }`;
    interface Page {
      readonly edges: { node: { id: string; from: string; rotaId: string } }[];
      readonly pageInfo: { hasNextPage: boolean; endCursor: string };
    }
    const found: Page['edges'] = [];
    for (let after: string | null = null, more = true; more;) {
      const page = (await ask(legal, query, { after })).data?.['rotaGapAlarms'] as Page;
      found.push(...page.edges);
      ({ endCursor: after, hasNextPage: more } = page.pageInfo);
    }
    const expected = (await bench.alarms()).map(({ id }) => id);
    expect(expected.length).toBeGreaterThan(8);
    expect(found.map(({ node }) => node.id)).toEqual(expected);
    expect(found[0]?.node).toMatchObject({ rotaId, role: 'RESPONDER', version: 1, urgent: false, closedAt: null });
    expect((await ask(legal, '{ rotaGapAlarms(open: false) { edges { cursor } } }')).data?.['rotaGapAlarms']).toEqual({
      edges: [],
    });
  });

  it('R-02 an override is recorded once for its key, and taken back', async () => {
    const now = await bench.now();
    const input = { idempotencyKey: randomUUID(), rotaId, expectedVersion: 1, principalId: second.id };
    const span = { from: minutes(now, 20 * day).toISOString(), to: minutes(now, 21 * day).toISOString() };
    const override = () => run(manager, 'overrideOnCall', `overrideId rota { ${whole} }`, { ...input, ...span });
    const answer = await override();
    expect(await override()).toEqual(answer);
    const { overrideId, rota } = answer.data?.['overrideOnCall'] as { overrideId: string; rota: object };
    const recorded = { id: overrideId, principalId: second.id, ...span, recordedBy: manager.id };
    expect(rota).toMatchObject({ version: 2, overrides: [recorded] });
    const target = { rotaId, expectedVersion: 2, overrideId };
    const back = await run(manager, 'removeOverride', 'rota { version overrides { id } }', target);
    expect(back.data?.['removeOverride']).toEqual({ rota: { version: 3, overrides: [] } });
  });

  const override = { rotaId: 'x', expectedVersion: 3, from: '2099-01-01T00:00:00Z', to: '2099-01-02T00:00:00Z' };
  it.each([
    ['a stale version', 'saveRota', { ...plan, expectedVersion: 0 }, 'CONCURRENT_CHANGE'],
    ['an unknown zone', 'saveRota', { ...plan, expectedVersion: 3, zone: 'Mars/Phobos' }, 'INVALID_INPUT'],
    ['a rota that is none', 'overrideOnCall', override, 'NOT_FOUND'],
    ['a time without offset', 'overrideOnCall', { ...override, from: '2099-01-01T00:00:00' }, 'TIME_WITHOUT_OFFSET'],
    ['more than 31 days', 'overrideOnCall', { ...override, to: '2099-02-01T00:01:00Z' }, 'INVALID_INPUT'],
    [
      'an end before the beginning',
      'overrideOnCall',
      { ...override, to: '2098-01-01T00:00:00Z' },
      'TIME_ORDER_INVALID',
    ],
    ['a stranger', 'overrideOnCall', { ...override, principalId: legal.id }, 'PRINCIPAL_NOT_ELIGIBLE'],
  ])('refuses %s with its code', async (_, name, patch, code) => {
    const known = code === 'NOT_FOUND' || name === 'saveRota' ? patch : { ...patch, rotaId };
    expect(codeOf(await run(manager, name, 'rota { id }', known))).toBe(code);
    expect(codeOf(await run(responder, name, 'rota { id }', known))).toMatch(/^(FORBIDDEN|TIME_WITHOUT_OFFSET)$/);
  });

  it('R-02 a rota is retired with a reason, once for its key, and its role has none any more', async () => {
    const legals = await run(manager, 'saveRota', 'rota { id }', {
      ...{ expectedVersion: 0, role: 'LEGAL', name: 'by mistake', zone: 'UTC' },
      layers: [officeHours([legal.id], 'UTC')],
    });
    const { id } = (legals.data?.['saveRota'] as { rota: { id: string } }).rota;
    const input = { idempotencyKey: randomUUID(), rotaId: id, expectedVersion: 1, reason: 'nobody asked for it' };
    const retire = () => run(manager, 'retireRota', 'rota { version retiredAt retiredBy retireReason }', input);
    const answer = await retire();
    const retirement = { retiredAt: expect.any(String), retiredBy: manager.id, retireReason: 'nobody asked for it' };
    expect(answer.data?.['retireRota']).toEqual({ rota: { version: 2, ...retirement } });
    expect(await retire()).toEqual(answer);
    const query = `{ onCall(role: LEGAL) { at } rotas { edges { node { role } } }
      retired: rotas(retired: true) { edges { node { id } } } }`;
    expect((await ask(legal, query)).data).toEqual({
      onCall: null,
      rotas: { edges: [{ node: { role: 'RESPONDER' } }] },
      retired: { edges: [{ node: { id } }] },
    });
    const late = { rotaId: id, expectedVersion: 2, reason: 'again' };
    expect(codeOf(await run(manager, 'retireRota', 'rota { id }', late))).toBe('ROTA_RETIRED');
  });

  it.each([
    ['a span of more than 366 days', '2027-01-02T00:01:00Z', 'INVALID_INPUT'],
    ['a span that ends before it begins', '2025-01-01T00:00:00Z', 'TIME_ORDER_INVALID'],
  ])('does not reckon %s', async (_, to, code) => {
    const query = (field: string) =>
      `query($id: ID!) { rota(id: $id) { ${field}(from: "2026-01-01T00:00:00Z", to: "${to}") { from } } }`;
    expect(codeOf(await ask(legal, query('shifts'), { id: rotaId }))).toBe(code);
    expect(codeOf(await ask(legal, query('gaps'), { id: rotaId }))).toBe(code);
  });

  it('S-3 is nothing to customers, and an id that is none is null', async () => {
    const customer = aPrincipal('CUSTOMER_ADMIN');
    for (const query of ['{ rotas { edges { cursor } } }', '{ rotaGapAlarms { edges { cursor } } }'])
      expect(codeOf(await ask(customer, query))).toBe('FORBIDDEN');
    const find = 'query($id: ID!) { rota(id: $id) { id } }';
    expect((await ask(customer, find, { id: rotaId })).data).toEqual({ rota: null });
    expect((await ask(legal, find, { id: 'x' })).data).toEqual({ rota: null });
  });

  it('refuses the cursor of another list', async () => {
    const answer = await ask(legal, '{ rotas { edges { cursor } } }');
    const [edge] = (answer.data?.['rotas'] as { edges: { cursor: string }[] }).edges;
    const query = 'query($c: String) { rotaGapAlarms(after: $c) { edges { cursor } } }';
    expect(codeOf(await ask(legal, query, { c: edge?.cursor }))).toBe('INVALID_INPUT');
  });
});
