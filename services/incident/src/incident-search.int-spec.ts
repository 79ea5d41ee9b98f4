import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from '@tocsin/database';
import { aPrincipal } from '@tocsin/testkit';
import type { Incident } from './domain/incident.ts';
import { countIncidents, measureIncidents, pageIncidents } from './incident-lists.ts';
import { renameIncident } from './incidents.ts';
import { createBench, legal, manager, responder, type Bench } from './testing/bench.ts';
import { anyIncidents, populate } from './testing/population.ts';
import { addTimelineEntry, correctTimelineEntry } from './timeline.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

const occurredAt = new Date('2026-11-20T10:00:00Z');
const note = (incidentId: string, text: string) => ({ incidentId, kind: 'NOTE' as const, text, refs: [], occurredAt });
const write = (incidentId: string, text: string) =>
  bench.write(responder, (tx) => addTimelineEntry(tx, note(incidentId, text)));

async function anIncident(title: string, ...notes: string[]): Promise<string> {
  const { id: incidentId, version: expectedVersion } = await bench.anIncident();
  await bench.write(responder, (tx) => renameIncident(tx, { incidentId, expectedVersion, title }));
  for (const text of notes) await write(incidentId, text);
  return incidentId;
}

const search = async (text: string, by = manager): Promise<string[]> => {
  const order = { first: 100, after: null, filter: { search: text }, order: 'OLDEST' } as const;
  return (await bench.look(by, (tx) => pageIncidents(tx, order))).edges.map(({ node }) => node.id);
};

it('finds words of the title and of the timeline together, a correction and what it corrected, and the number', async () => {
  const id = await anIncident('Billing key in a public repository', 'Zaphod saw it first.');
  const entry = await write(id, 'It was used from Lisbon.');
  const correction = { ...note(id, 'It was used from Porto.'), entryId: entry.id, reason: 'misread' };
  await bench.write(manager, (tx) => correctTimelineEntry(tx, correction));
  const { number } = await bench.seen(id);
  for (const text of ['billing', 'REPOSITORY zaphod', 'lisbon', 'porto', `#${String(number)}`, '"public repository"'])
    expect([text, await search(text)]).toEqual([text, [id]]);
  for (const text of ['"repository public"', 'billing nowhere', 'misread', '99999'])
    expect([text, await search(text)]).toEqual([text, []]);
});

it('finds an incident by each title it had, and not by what commands left behind', async () => {
  const { id: incidentId, version } = await bench.anIncident();
  const rename = (title: string, expectedVersion: number) =>
    bench.write(responder, (tx) => renameIncident(tx, { incidentId, expectedVersion, title }));
  await rename('Krakatoa', version);
  await rename('Vesuvius', version + 1);
  expect(await search('krakatoa')).toEqual([incidentId]);
  expect(await search('vesuvius')).toEqual([incidentId]);
  expect(await search('joined')).toEqual([]);
});

it('understands or, minus and phrases', async () => {
  const apple = await anIncident('apple tart');
  const pear = await anIncident('pear tart');
  expect(await search('apple or pear')).toEqual([apple, pear]);
  expect(await search('tart -apple')).toEqual([pear]);
  expect(await search('"apple tart" or "tart pear"')).toEqual([apple]);
});

it.each([
  ['umlauts, in either case', 'Schlüssel der ÄRZTEKAMMER', 'schlüssel ärztekammer'],
  ['composed and decomposed letters alike', 'Caf\u00e9 Ole', 'Cafe\u0301 OLE'],
  ['wide and narrow forms alike', 'ＴＯＫＥＮ leak', 'token'],
  ['other scripts', 'Утечка ключа', 'УТЕЧКА'],
  ['addresses and hosts', 'beacon to 203.0.113.7 and c2.example.org', '203.0.113.7 c2.example.org'],
])('finds %s', async (_, title, text) => {
  const id = await anIncident(title);
  expect(await search(text)).toEqual([id]);
});

it.each([
  `'; drop table incident; --`,
  `\\' or 1=1`,
  '"unclosed phrase',
  '!!! &&& ||| <-> :*',
  'a:* & (b | !c)',
  '- - -',
  '%_%',
  '\0\0',
  '\ud800',
  '(((((((',
  'or or or',
  '💥',
  '$1 ${x}',
])('takes any text without an error: %j', async (text) => {
  await anIncident('plain');
  await expect(search(text)).resolves.toBeInstanceOf(Array);
  const { stages } = await bench.look(manager, (tx) => countIncidents(tx, { search: text }));
  expect(stages.reduce((sum, { count }) => sum + count, 0)).toBe((await search(text)).length);
});

it('narrows nothing if it is blank, and is refused if it is too long', async () => {
  await anIncident('something');
  expect((await search('  ')).length).toBeGreaterThan(0);
  await expect(search('x'.repeat(201))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

it('S-8 tells nothing of incidents that one may not see', async () => {
  const id = await anIncident('canary', 'the canary sings');
  const filter = { search: 'canary' };
  for (const by of [legal, aPrincipal('RESPONDER', { id: 'user:rod' })]) {
    expect(await search('canary', by)).toEqual([]);
    expect((await bench.look(by, (tx) => countIncidents(tx, filter))).stages).toEqual([]);
    expect((await bench.look(by, (tx) => measureIncidents(tx, filter))).count).toBe(0);
  }
  expect(await search('canary', aPrincipal('PARTNER'))).toEqual([id]);
  const customer = aPrincipal('CUSTOMER_ADMIN');
  await expect(search('canary', customer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

it('finds what is rare among very many, in both orders and over pages', async () => {
  const own = await createBench();
  await populate(own.database, anyIncidents(2_600, 11));
  const numbers = [2, 3, 900, 1_500, 2_599];
  await own.database.admin(
    `select add_words(id, case when number = any($1) then 'hay needle' else 'hay' end) from incident`,
    [numbers],
  );
  const found: number[] = [];
  const partner = aPrincipal('PARTNER');
  for (const order of ['NEWEST', 'OLDEST'] as const)
    for (let after: string | null = null; ;) {
      const place = { first: 2, after, filter: { search: 'needle' }, order } as const;
      const page: Page<Incident> = await own.look(partner, (tx) => pageIncidents(tx, place));
      found.push(...page.edges.map(({ node }) => node.number));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
  expect(found).toEqual([...numbers.toReversed(), ...numbers]);
  const newest = { first: 3, after: null, filter: { search: 'hay -needle' }, order: 'NEWEST' } as const;
  const page = await own.look(partner, (tx) => pageIncidents(tx, newest));
  expect(page.edges.map(({ node }) => node.number)).toEqual([2_600, 2_598, 2_597]);
  await own.database.drop();
});

it('takes every note, also when a document is full; then words are found without their order, and at last not at all', async () => {
  const id = await anIncident('overflowing', 'the first "exact phrase" of all');
  const unique = (n: number): string =>
    Array.from({ length: 900 }, (_, index) => `w${String(n)}x${String(index)}`.padEnd(10, 'q')).join(' ');
  for (let n = 0; n < 90; n += 1) await write(id, unique(n));
  expect(await search('w1x1qqqqqq')).toEqual([id]);
  expect(await search('overflowing phrase')).toEqual([id]);
  await expect(write(id, 'one more')).resolves.toMatchObject({ text: 'one more' });
}, 120_000);
