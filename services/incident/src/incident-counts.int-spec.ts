import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPrincipal } from '@tocsin/testkit';
import { countIncidents, measureIncidents } from './incident-lists.ts';
import type { IncidentFilter } from './store/incident-filter.ts';
import { usualLimits } from './store/newest-incidents.ts';
import { createBench, manager, responder, type Bench } from './testing/bench.ts';
import { facetsOf, fits, seenBy, timesOf } from './testing/one-by-one.ts';
import { anyIncidents, dice, populate, type Listed } from './testing/population.ts';

/* Counts of more incidents than are looked at, with limits so low that a few hundred are very many. */

const both = aPrincipal(['RESPONDER', 'SERVICE_ENGINEER']);
const people = { responder, both, manager, partner: aPrincipal('PARTNER') };
const names = Object.keys(people) as (keyof typeof people)[];
const limits = { measured: 70, searched: 50, common: 40 };

const incidents = anyIncidents(300, 22);
const roll = dice(23);
/** In all, in every second, and in one of fifteen. */
const words = new Map(
  incidents.map(({ id }) => [id, ['on', roll() < 0.5 ? 'mailbox' : 'token', roll() < 1 / 15 ? 'canary' : 'host']]),
);
const searches = ['on', 'mailbox', 'token', 'canary', 'nowhere', null];
const stands = (incident: Listed, word: string | null): boolean =>
  word === null || words.get(incident.id)?.includes(word) === true;

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
  await populate(bench.database, incidents);
  for (const [id, text] of words) await bench.database.admin('select add_words($1, $2)', [id, text.join(' ')]);
});
afterAll(() => bench.database.drop());

const filters: readonly IncidentFilter[] = [
  {},
  { statuses: ['CLOSED'] },
  { stages: ['DIAGNOSE', 'STABILIZE'], roundTheClock: true },
  { openedFrom: new Date('2026-01-03T00:00:00Z'), openedTo: new Date('2026-01-12T00:00:00Z') },
];
const questions = filters.flatMap((filter) => searches.map((search) => ({ ...filter, search })));

/** Exact for all that were opened since; null says that these are all that fit. */
const expected = (name: keyof typeof people, { search, ...filter }: IncidentFilter, countedFrom: Date | null) =>
  seenBy(incidents, people[name]).filter(
    (incident) =>
      fits(filter)(incident) &&
      stands(incident, search ?? null) &&
      (countedFrom === null || incident.detectedAt >= countedFrom),
  );

describe('of more incidents than are counted', () => {
  it.each(names)('S-8 facets of %s are what a look at each one since countedFrom finds', async (name) => {
    const froms: (Date | null)[] = [];
    for (const filter of questions) {
      const facets = await bench.look(people[name], (tx) => countIncidents(tx, filter, limits));
      const { countedFrom } = facets;
      const seen = expected(name, filter, countedFrom);
      expect([filter, facets]).toEqual([filter, { countedFrom, ...facetsOf(seen) }]);
      if (filter.search === 'canary' || filter.search === null) expect(countedFrom).toBeNull();
      froms.push(countedFrom);
    }
    expect(froms).toContain(null);
    expect(froms.some((from) => from !== null)).toBe(true);
  });

  it.each(names)('S-8 the times of %s are those of a look at each one since countedFrom', async (name) => {
    const froms: (Date | null)[] = [];
    for (const filter of questions) {
      const times = await bench.look(people[name], (tx) => measureIncidents(tx, filter, limits));
      const { countedFrom } = times;
      expect([filter, times]).toEqual([filter, { countedFrom, ...timesOf(expected(name, filter, countedFrom)) }]);
      froms.push(countedFrom);
    }
    expect(froms).toContain(null);
    expect(froms.some((from) => from !== null)).toBe(true);
  });

  it.each(names)('all that %s sees are counted, once each, by going on with openedTo', async (name) => {
    let [count, openedTo] = [0, null as Date | null];
    do {
      const filter: IncidentFilter = { search: 'on', openedTo };
      const times = await bench.look(people[name], (tx) => measureIncidents(tx, filter, limits));
      expect(times.count).toBeLessThanOrEqual(limits.searched);
      [count, openedTo] = [count + times.count, times.countedFrom];
    } while (openedTo !== null);
    expect(count).toBe(seenBy(incidents, people[name]).length);
  });
});

it('the schema tells the limits', async () => {
  const schema = await readFile(new URL('../schema/incident-lists.graphql', import.meta.url), 'utf8');
  const told = [...schema.matchAll(/\d+,\d{3}/g)].map(([number]) => Number(number.replace(',', '')));
  expect(new Set(told)).toEqual(new Set(Object.values(usualLimits)));
});
