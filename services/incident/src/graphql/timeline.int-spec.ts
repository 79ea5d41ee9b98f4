import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startAsking, type Asking } from '../testing/ask.ts';
import { createBench, legal, manager, responder, type Bench } from '../testing/bench.ts';

let bench: Bench;
let asking: Asking;
beforeAll(async () => {
  bench = await createBench();
  asking = await startAsking(bench.database);
});
afterAll(async () => {
  await asking.stop();
  await bench.database.drop();
});

const adding =
  'mutation($input: AddTimelineEntryInput!) { addTimelineEntry(input: $input) { entry { id kind text } } }';
const correcting = `mutation($input: CorrectTimelineEntryInput!) { correctTimelineEntry(input: $input) {
  entry { id text corrects reason } } }`;
const inputFor = (incidentId: string) => ({
  idempotencyKey: randomUUID(),
  incidentId,
  text: 'A key leaked.',
  occurredAt: '2026-11-20T11:00:00+01:00',
});

it('writes, corrects and pages the timeline; the same command again adds nothing', async () => {
  const { id } = await bench.anIncident();
  const input = inputFor(id);
  const added = await asking.ask(responder, adding, { input });
  expect(await asking.ask(responder, adding, { input })).toEqual(added);
  expect(added.data.addTimelineEntry.entry).toMatchObject({ kind: 'NOTE', text: 'A key leaked.' });
  const { id: entryId } = added.data.addTimelineEntry.entry;
  const correction = { ...inputFor(id), entryId, kind: 'OBSERVATION', reason: 'two did', text: 'Two keys leaked.' };
  const corrected = await asking.ask(manager, correcting, { input: correction });
  expect(corrected.data.correctTimelineEntry.entry).toMatchObject({ corrects: entryId, reason: 'two did' });
  const page = `query($id: ID!) { incident(id: $id) {
    oldest: timeline(first: 1) { edges { node { id correctedBy occurredAt } } pageInfo { hasNextPage } }
    newest: timeline(order: NEWEST) { edges { node { id } } } } }`;
  const { oldest, newest } = (await asking.ask(responder, page, { id })).data.incident;
  expect(oldest.pageInfo.hasNextPage).toBe(true);
  expect(oldest.edges[0].node.occurredAt).toBe('2026-11-20T10:00:00.000Z');
  expect(newest.edges).toHaveLength(5);
  const last = correctedOf(await asking.ask(responder, whole, { id }), entryId);
  expect(last).toBe(corrected.data.correctTimelineEntry.entry.id);
});

const whole = 'query($id: ID!) { incident(id: $id) { timeline { edges { node { id correctedBy } } } } }';
const correctedOf = (answer: { data?: { incident: { timeline: { edges: { node: Node }[] } } } }, id: string) =>
  answer.data?.incident.timeline.edges.find(({ node }) => node.id === id)?.node.correctedBy;
interface Node {
  readonly id: string;
  readonly correctedBy: string | null;
}

it.each([
  ['an automatic kind', { kind: 'STAGE' }, 'BAD_USER_INPUT'],
  ['a time without offset', { occurredAt: '2026-11-20T11:00:00' }, 'TIME_WITHOUT_OFFSET'],
  ['the future', { occurredAt: '2999-01-01T00:00:00Z' }, 'TIME_ORDER_INVALID'],
  ['an incident that is none', { incidentId: 'x' }, 'NOT_FOUND'],
])('I-3 refuses %s with its code', async (_, patch, code) => {
  const { id } = await bench.anIncident();
  const answer = await asking.ask(responder, adding, { input: { ...inputFor(id), ...patch } });
  expect(answer.errors?.[0]?.extensions.code).toBe(code);
});

it('S-3 shows a stranger no timeline', async () => {
  const { id } = await bench.anIncident();
  expect((await asking.ask(legal, whole, { id })).data).toEqual({ incident: null });
  const answer = await asking.ask(legal, adding, { input: inputFor(id) });
  expect(answer.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
});
