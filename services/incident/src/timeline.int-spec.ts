import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aPrincipal } from '@tocsin/testkit';
import type { Page } from '@tocsin/database';
import * as incidents from './incidents.ts';
import type { ReadEntry } from './store/timeline-store.ts';
import { createBench, legal, manager, responder, type Bench } from './testing/bench.ts';
import { reachClose } from './testing/reach-close.ts';
import { findTimelineEntry, pageTimelines, type TimelinePageOrder } from './timeline-reads.ts';
import { addTimelineEntry, correctTimelineEntry } from './timeline.ts';

let bench: Bench;
let incidentId: string;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());
beforeEach(async () => {
  ({ id: incidentId } = await bench.anIncident());
});

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 20, 10, minute));
const note = (text: string, minute = 0) => ({
  incidentId,
  kind: 'NOTE' as const,
  text,
  refs: [],
  occurredAt: at(minute),
});
const add = (text: string, minute = 0, by = responder) =>
  bench.write(by, (tx) => addTimelineEntry(tx, note(text, minute)));
const correct = (entryId: string, text: string, by = manager) =>
  bench.write(by, (tx) => correctTimelineEntry(tx, { ...note(text), entryId, reason: 'it was wrong' }));

const all: TimelinePageOrder = { first: 100, after: null, order: 'OLDEST' };
async function pageOf(order: Partial<TimelinePageOrder> = {}, by = responder): Promise<Page<ReadEntry>> {
  const [timeline] = await bench.look(by, (tx) => pageTimelines(tx, [incidentId], { ...all, ...order }));
  if (timeline === undefined) throw new Error('It is hidden.');
  return timeline.page;
}
const written = async (): Promise<ReadEntry[]> =>
  (await pageOf()).edges.map(({ node }) => node).filter(({ kind }) => kind === 'NOTE');

describe('a timeline', () => {
  it('comes back as it was told, by the time at which things happened', async () => {
    const later = await add('then the key was revoked', 5);
    const earlier = await add('first a key leaked', 1, manager);
    expect(await written()).toEqual([
      { ...without(earlier), correctedBy: null },
      { ...without(later), correctedBy: null },
    ]);
  });

  it('does not disturb whoever decides: the incident keeps its version', async () => {
    const { version } = await bench.seen(incidentId);
    await add('a note');
    await expect(bench.seen(incidentId)).resolves.toMatchObject({ version });
    expect((await bench.eventsOf(incidentId)).at(-1)).toBe('TimelineEntryAdded');
  });

  it('R-22 tells what the commands did, in the name of who gave them, without their reasons', async () => {
    await reachClose(bench, incidentId);
    const { version } = await bench.seen(incidentId);
    const order = { incidentId, expectedVersion: version, reason: 'Confidential reason', evidenceIds: [] };
    await bench.write(manager, (tx) => incidents.closeIncident(tx, { ...order, disposition: 'RESOLVED' }));
    const told = (await pageOf()).edges.map(({ node }) => node);
    const kinds = told.map(({ kind }) => kind);
    expect(kinds.slice(0, 3)).toEqual(['OPENED', 'MEMBERSHIP', 'MEMBERSHIP']);
    expect(kinds.slice(3)).toEqual(['STAGE', 'EVIDENCE', 'STAGE', 'STAGE', 'CONTAINMENT', 'STAGE', 'CLOSED']);
    expect(told.at(-1)).toMatchObject({ text: 'Closed: RESOLVED.', recordedBy: manager.id });
    expect(JSON.stringify(told)).not.toContain('Confidential');
  });

  it('pages are stable while entries are added, in both orders', async () => {
    for (const minute of [1, 2, 2, 3]) await add(`at ${String(minute)}`, minute);
    const first = await pageOf({ first: 2 });
    await add('told late', 0);
    const second = await pageOf({ first: 100, after: first.pageInfo.endCursor });
    const notes = (page: Page<ReadEntry>) => page.edges.map(({ node }) => node.text).filter((text) => /^at/.test(text));
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect([...notes(first), ...notes(second)]).toEqual(['at 1', 'at 2', 'at 2', 'at 3']);
    const backwards = (await pageOf({ order: 'NEWEST' })).edges.map(({ node }) => node.id);
    expect(backwards.toReversed()).toEqual((await pageOf()).edges.map(({ node }) => node.id));
    const newest = await pageOf({ order: 'NEWEST', first: 3 });
    const rest = await pageOf({ order: 'NEWEST', after: newest.pageInfo.endCursor });
    expect([...newest.edges, ...rest.edges].map(({ node }) => node.id)).toEqual(backwards);
  });

  it.each(['nonsense', cursor('yesterday', randomUUID()), cursor(at(0).toISOString(), 'x')])(
    'refuses the cursor %s',
    async (after) => {
      await expect(pageOf({ after })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    },
  );
});

describe('a correction', () => {
  it('replaces its entry, and both stay', async () => {
    const wrong = await add('from Lisbon');
    const right = await correct(wrong.id, 'from Porto');
    expect((await written()).map(({ id, correctedBy, corrects }) => ({ id, correctedBy, corrects }))).toEqual(
      expect.arrayContaining([
        { id: wrong.id, correctedBy: right.id, corrects: null },
        { id: right.id, correctedBy: null, corrects: wrong.id },
      ]),
    );
  });

  it('of an entry that was corrected already is refused, and the latest is named', async () => {
    const first = await add('from Lisbon');
    const second = await correct(first.id, 'from Porto');
    const third = await correct(second.id, 'from Braga');
    await expect(correct(first.id, 'from Faro')).rejects.toMatchObject({
      code: 'TIMELINE_ENTRY_CORRECTED',
      details: { entryId: first.id, latestId: third.id },
    });
  });

  it('of two at once one stays', async () => {
    const { id } = await add('from Lisbon');
    const outcomes = await Promise.allSettled([correct(id, 'from Porto'), correct(id, 'from Braga')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(['CONCURRENT_CHANGE', 'TIMELINE_ENTRY_CORRECTED']).toContain((refused.reason as { code: string }).code);
  });

  it.each(['x', randomUUID()])('of what is not there is not found: %s', async (entryId) => {
    await expect(correct(entryId, 'from Porto')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stays within its incident', async () => {
    const { id: entryId } = await add('of the first');
    ({ id: incidentId } = await bench.anIncident());
    await expect(correct(entryId, 'of the second')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('what is written', () => {
  it.each([`update timeline_entry set text = 'other'`, 'delete from timeline_entry', 'truncate timeline_entry'])(
    'I-1 is not changed by anybody: %s',
    async (statement) => {
      await add('as it was');
      await expect(bench.database.admin(statement)).rejects.toMatchObject({ code: '42501' });
      const asService = bench.write(manager, (tx) => tx.manager.query(statement));
      await expect(asService).rejects.toMatchObject({ code: '42501' });
      await expect(written()).resolves.toMatchObject([{ text: 'as it was' }]);
    },
  );

  it('S-49 is in no event, no audit entry and no stored answer', async () => {
    await add('The canary sings.');
    for (const table of ['outbox', 'audit', 'command']) {
      const rows = await bench.database.admin<{ row: string }>(`select t::text as row from ${table} t`);
      expect([table, rows.some(({ row }) => row.includes('canary'))]).toEqual([table, false]);
    }
  });
});

describe('who may know', () => {
  it('S-3 members write and read it; to others the incident is absent', async () => {
    const { id } = await add('a note', 0, manager);
    await expect(bench.look(responder, (tx) => findTimelineEntry(tx, id))).resolves.toMatchObject({ id });
    await expect(add('a note', 0, legal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(correct(id, 'a note', legal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(bench.look(legal, (tx) => findTimelineEntry(tx, id))).resolves.toBeNull();
    await expect(pageOf({}, legal)).rejects.toThrow('It is hidden.');
  });

  it('the provider’s own integration reads it, and writes nothing', async () => {
    const partner = aPrincipal('PARTNER');
    expect((await pageOf({}, partner)).edges).toHaveLength(3);
    await expect(add('a note', 0, partner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

/** What was written, without the version that every committed state has. */
const without = (entry: object): object => ({ ...entry, version: undefined });

function cursor(key: string, id: string): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}
