import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import type { Transaction } from '@tocsin/database';
import { aPrincipal } from '@tocsin/testkit';
import { handlers } from './events.ts';
import {
  countIncidents,
  measureIncidents,
  overviewIncidents,
  pageIncidents,
  type IncidentsOrder,
} from './incident-lists.ts';
import { assignMember } from './incidents.ts';
import type { IncidentFilter } from './store/incident-filter.ts';
import { admin, assess, createBench, legal, manager, meta, responder, type Bench } from './testing/bench.ts';
import { facetsOf, fits, seenBy, timesOf } from './testing/one-by-one.ts';
import { anyIncidents, populate } from './testing/population.ts';
import { reachClose } from './testing/reach-close.ts';

const both = aPrincipal(['RESPONDER', 'SERVICE_ENGINEER']);
const partner = aPrincipal('PARTNER');
const stranger = aPrincipal('RESPONDER', { id: 'user:rod' });
const people = { responder, both, manager, legal, partner, stranger };

const incidents = anyIncidents(300, 7);
let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
  await populate(bench.database, incidents);
});
afterAll(() => bench.database.drop());

const filters: readonly IncidentFilter[] = [
  {},
  { stages: [], statuses: null },
  { stages: ['DIAGNOSE', 'STABILIZE'] },
  { statuses: ['OPEN'], stages: ['ASSESS'] },
  { statuses: ['CLOSED'], dispositions: ['RESOLVED', 'DUPLICATE'] },
  { sources: ['CUSTOMER_REPORT'], responsibilities: ['SHARED', 'CUSTOMER'] },
  { openedFrom: new Date('2026-01-05T00:00:00Z'), openedTo: new Date('2026-01-08T00:00:00Z') },
  { onCall: 'user:rea', roundTheClock: true },
  { onCall: 'user:nobody' },
  { roundTheClock: false },
];
const names = Object.keys(people) as (keyof typeof people)[];

async function numbersOf(by: Principal, order: Partial<IncidentsOrder>): Promise<number[]> {
  const numbers: number[] = [];
  for (let { after } = { ...newest, ...order }; ;) {
    const page = await bench.look(by, (tx) => pageIncidents(tx, { ...newest, ...order, after }));
    numbers.push(...page.edges.map(({ node }) => node.number));
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) return numbers;
  }
}

describe('of many incidents', () => {
  it.each(names)('S-3 the list of %s is what a look at each one finds, whatever it is narrowed to', async (name) => {
    for (const filter of filters) {
      const expected = seenBy(incidents, people[name])
        .filter(fits(filter))
        .map(({ number }) => number);
      expect([filter, await numbersOf(people[name], { filter, order: 'OLDEST' })]).toEqual([filter, expected]);
      expect([filter, await numbersOf(people[name], { filter })]).toEqual([filter, expected.toReversed()]);
    }
  });

  it.each(names)('S-8 the facets of %s count what the list shows, and nothing else', async (name) => {
    for (const filter of filters) {
      const seen = seenBy(incidents, people[name]).filter(fits(filter));
      const facets = await bench.look(people[name], (tx) => countIncidents(tx, filter));
      expect([filter, facets]).toEqual([filter, { countedFrom: null, ...facetsOf(seen) }]);
    }
  });

  it.each(names)('S-8 the overview of %s counts the open ones', async (name) => {
    const open = seenBy(incidents, people[name]).filter(fits({ statuses: ['OPEN'] }));
    const overview = await bench.look(people[name], overviewIncidents);
    expect(overview).toEqual({
      openByStage: facetsOf(open).stages,
      oldestOpenId: open[0]?.id ?? null,
      roundTheClock: open.filter(({ roundTheClock }) => roundTheClock).length,
    });
  });

  it.each(names)('S-8 the times of %s are those of what the list shows', async (name) => {
    for (const filter of filters) {
      const seen = seenBy(incidents, people[name]).filter(fits(filter));
      const metrics = await bench.look(people[name], (tx) => measureIncidents(tx, filter));
      expect([filter, metrics]).toEqual([filter, { countedFrom: null, ...timesOf(seen) }]);
    }
  });

  it('nobody without a role is told anything', async () => {
    for (const by of [admin, aPrincipal('CUSTOMER_ADMIN'), aPrincipal('AUDITOR')]) {
      await expect(numbersOf(by, {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const attempts: ((tx: Transaction) => Promise<unknown>)[] = [
        (tx) => countIncidents(tx, {}),
        (tx) => measureIncidents(tx, {}),
        overviewIncidents,
      ];
      for (const attempt of attempts)
        await expect(bench.look(by, attempt)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('refuses what is no cursor of the list', async () => {
    await expect(numbersOf(manager, { after: 'nonsense' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const foreign = Buffer.from(JSON.stringify(['1.5', 'x'])).toString('base64url');
    await expect(numbersOf(manager, { after: foreign })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('S-33 pages are stable while incidents are opened', async () => {
    const first = await bench.look(manager, (tx) => pageIncidents(tx, { ...newest, first: 3 }));
    const before = await numbersOf(manager, {});
    await bench.anIncident();
    const rest = await numbersOf(manager, { after: first.pageInfo.endCursor });
    expect([...first.edges.map(({ node }) => node.number), ...rest]).toEqual(before);
  });
});

const newest: IncidentsOrder = { first: 40, after: null, filter: {}, order: 'NEWEST' };

describe('the listing', () => {
  const differences = () =>
    bench.database.admin(
      `(table incident_listing_source except table incident_listing)
       union all (table incident_listing except table incident_listing_source)`,
    );

  it('H-8 is what incidents, members and known facts say, after every command and event', async () => {
    const { id: incidentId } = await bench.anIncident();
    await reachClose(bench, incidentId);
    const at = '2026-11-20T10:00:00.000Z';
    const facts = { functional: 'NONE', recoverability: 'REGULAR' } as const;
    const rating = { customerDataRisk: 'IMMINENT', severity: 'HIGH', priority: 'P2', roundTheClock: true } as const;
    await bench.hear((tx) =>
      handlers.ImpactAssessed({ incidentId, at, ...facts, ...rating, information: ['NONE'] }, tx, meta),
    );
    const { version } = await bench.seen(incidentId);
    const order = { incidentId, expectedVersion: version, reason: 'asked', evidenceIds: [], role: 'LEGAL' } as const;
    const until = new Date('2099-01-01T00:00:00Z');
    await bench.write(manager, (tx) => assignMember(tx, { ...order, principalId: legal.id, until }));
    expect(await differences()).toEqual([]);
    expect(
      await bench.database.admin('select 1 from incident_listing where incident_id = $1', [incidentId]),
    ).toHaveLength(4);
  });

  it('loses nothing when a command and an event change different parts of it at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const incident = await bench.anIncident();
      const declared = { incidentId: incident.id, at: '2026-11-20T10:00:00.000Z', domains: [] };
      await Promise.all([
        bench.write(responder, (tx) => assess(tx, incident)),
        bench.hear((tx) =>
          handlers.CrspiDeclared({ ...declared, basis: ['ACCESS_LIKELY'], declaredAt: declared.at }, tx, meta),
        ),
      ]);
    }
    expect(await differences()).toEqual([]);
  });
});
