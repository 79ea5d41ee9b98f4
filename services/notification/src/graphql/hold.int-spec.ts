import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { codeOf, startAsking, type Answer, type Asking } from '../testing/ask.ts';
import { createBench, executive, legal, manager, writer, type Bench } from '../testing/bench.ts';
import { holdStories, hour } from '../testing/hold-stories.ts';

const holdFields = `id version ground state obligationIds rationale affectedOthers placedBy placedAt
  approvals { role principalId at } missingApprovals startedAt reviewAt reviewOverdue releasedAt`;

let bench: Bench;
let subgraph: Asking;
let incidentId: string;
beforeAll(async () => {
  bench = await createBench();
  subgraph = await startAsking(bench.database);
});
afterAll(async () => {
  await subgraph.stop();
  await bench.database.drop();
});
beforeEach(async () => {
  const stories = holdStories(bench);
  await stories.goTo(hour(1));
  incidentId = await stories.anExecuting(await bench.aCustomer());
});

/** The command named so; its payload's hold. */
const command = (by: Principal, name: string, input: object): Promise<Answer> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation($input: ${type}!) { ${name}(input: $input) { hold { ${holdFields} } } }`;
  return subgraph.ask(by, document, { input: { idempotencyKey: randomUUID(), ...input } });
};
const notification = async (fields: string): Promise<unknown> => {
  const representations = [{ __typename: 'Incident', id: incidentId }];
  const query = `query($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Incident { customerNotification { ${fields} } } } }`;
  const { data } = await subgraph.ask(manager, query, { representations });
  return data?._entities[0].customerNotification as unknown;
};
const place = async (patch: object = {}) => {
  const { obligations } = (await notification('obligations { id }')) as { obligations: { id: string }[] };
  const obligationIds = obligations.map(({ id }) => id);
  const order = { incidentId, ground: 'EXTREME_CIRCUMSTANCES', obligationIds, rationale: 'an order of the court' };
  return command(manager, 'placeHold', { ...order, reviewAt: hour(13).toISOString(), ...patch });
};

it('R-86 a hold in extreme circumstances over GraphQL, from its proposal to its release', async () => {
  const placed = (await place()).data.placeHold.hold;
  expect(placed).toMatchObject({
    version: 1,
    state: 'PROPOSED',
    placedBy: manager.id,
    approvals: [],
    missingApprovals: ['LEGAL', 'EXECUTIVE_INCIDENT_MANAGER'],
    startedAt: null,
    reviewOverdue: false,
  });
  const step = (expectedVersion: number) => ({ holdId: placed.id, expectedVersion, reason: 'as ordered' });
  const half = (await command(legal, 'approveHold', { ...step(1), role: 'LEGAL' })).data.approveHold.hold;
  expect(half).toMatchObject({ state: 'PROPOSED', missingApprovals: ['EXECUTIVE_INCIDENT_MANAGER'] });
  const role = 'EXECUTIVE_INCIDENT_MANAGER';
  const active = (await command(executive, 'approveHold', { ...step(2), role })).data.approveHold.hold;
  const at = hour(1).toISOString();
  expect(active).toMatchObject({ state: 'ACTIVE', startedAt: at, missingApprovals: [] });
  expect(active.approvals).toEqual([
    { role: 'LEGAL', principalId: legal.id, at },
    { role, principalId: executive.id, at },
  ]);
  const held = await notification(
    'state holds { id } obligations { clock heldSince graceUntil heldPastDue holds { id reviewOverdue } }',
  );
  const obligation = { clock: 'HELD', heldSince: at, graceUntil: null, heldPastDue: false };
  expect(held).toEqual({
    state: 'HELD',
    holds: [{ id: placed.id }],
    obligations: [{ ...obligation, holds: [{ id: placed.id, reviewOverdue: false }] }],
  });
  await holdStories(bench).goTo(hour(13));
  const read = await subgraph.ask(writer, `query($id: ID!) { hold(id: $id) { state reviewOverdue } }`, {
    id: placed.id,
  });
  expect(read.data).toEqual({ hold: { state: 'ACTIVE', reviewOverdue: true } });
  const next = { ...step(3), reviewAt: hour(37).toISOString() };
  expect((await command(manager, 'renewHold', next)).data.renewHold.hold).toMatchObject({ reviewOverdue: false });
  const released = (await command(manager, 'releaseHold', step(4))).data.releaseHold.hold;
  expect(released).toMatchObject({ state: 'RELEASED', version: 5, releasedAt: hour(13).toISOString() });
  expect(await notification('state obligations { clock holds { id } }')).toEqual({
    state: 'EXECUTING',
    obligations: [{ clock: 'RUNNING', holds: [] }],
  });
});

it('R-85 a repeated command has one effect, and a proposal is rejected', async () => {
  const idempotencyKey = randomUUID();
  const ground = { ground: 'RISK_TO_OTHER_CUSTOMERS', affectedOthers: 'those with the same keys', idempotencyKey };
  const [first, again] = [await place(ground), await place(ground)];
  expect(again).toEqual(first);
  const { id: holdId } = first.data.placeHold.hold;
  expect(await notification('holds { id }')).toEqual({ holds: [{ id: holdId }] });
  const rejected = await command(legal, 'rejectHold', { holdId, expectedVersion: 1, reason: 'no other is at risk' });
  expect(rejected.data.rejectHold.hold).toMatchObject({
    state: 'REJECTED',
    affectedOthers: 'those with the same keys',
  });
});

it('I-16 I-17 I-18 refusals are coded, and there is no ground for missing details', async () => {
  const codes = [
    await place({ ground: 'LAW_ENFORCEMENT' }),
    await place({ ground: 'RISK_TO_OTHER_CUSTOMERS' }),
    await place({ reviewAt: hour(26).toISOString() }),
    await place({ reviewAt: '2026-11-20T12:00:00' }),
    await place({ ground: 'MISSING_DETAILS' }),
  ].map(codeOf);
  expect(codes).toEqual([
    'HOLD_GROUND_NOT_ALLOWED',
    'AFFECTED_OTHERS_REQUIRED',
    'REVIEW_TOO_FAR',
    'TIME_WITHOUT_OFFSET',
    'BAD_USER_INPUT',
  ]);
});
