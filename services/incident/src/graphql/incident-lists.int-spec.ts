import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { handlers } from '../events.ts';
import { closeIncident } from '../incidents.ts';
import { page } from '../pages.ts';
import { startAsking, type Asking } from '../testing/ask.ts';
import { assess, createBench, legal, manager, meta, responder, type Bench } from '../testing/bench.ts';
import { reachClose } from '../testing/reach-close.ts';

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

const counts = '{ value count }';
const query = `query($filter: IncidentFilter) {
  incidents(filter: $filter, order: OLDEST) { edges { node { number } } pageInfo { hasNextPage } }
  incidentFacets(filter: $filter) { stages ${counts} statuses ${counts} sources ${counts} responsibilities ${counts}
    dispositions ${counts} }
  incidentOverview { openByStage ${counts} oldestOpen { id } roundTheClock }
  incidentMetrics(filter: $filter) { count timeToAcknowledge { count } timeToClose { count medianSeconds p90Seconds } }
}`;

it('answers lists, facets, overview and metrics to members, and nothing to others', async () => {
  const open = await bench.anIncident();
  const closed = await bench.anIncident();
  await reachClose(bench, closed.id);
  const { version: expectedVersion } = await bench.seen(closed.id);
  const order = { incidentId: closed.id, expectedVersion, reason: 'over', evidenceIds: [] };
  await bench.write(manager, (tx) => closeIncident(tx, { ...order, disposition: 'RESOLVED' }));
  const filter = { statuses: ['CLOSED'], sources: ['AUTOMATED_SIGNATURE'], openedFrom: '2026-01-01T00:00:00Z' };
  const { data } = await asking.ask(manager, query, { filter });
  const { timeToClose } = data.incidentMetrics;
  expect(timeToClose.medianSeconds).toBeGreaterThan(0);
  expect(data).toEqual({
    incidents: { edges: [{ node: { number: closed.number } }], pageInfo: { hasNextPage: false } },
    incidentFacets: {
      stages: [{ value: 'CLOSE', count: 1 }],
      statuses: [{ value: 'CLOSED', count: 1 }],
      sources: [{ value: 'AUTOMATED_SIGNATURE', count: 1 }],
      responsibilities: [{ value: 'UNDETERMINED', count: 1 }],
      dispositions: [{ value: 'RESOLVED', count: 1 }],
    },
    incidentOverview: {
      openByStage: [{ value: 'DETECT', count: 1 }],
      oldestOpen: { id: open.id },
      roundTheClock: 0,
    },
    incidentMetrics: {
      count: 1,
      timeToAcknowledge: { count: 1 },
      timeToClose: { count: 1, medianSeconds: timeToClose.medianSeconds, p90Seconds: timeToClose.medianSeconds },
    },
  });
  const nothing = (await asking.ask(legal, query, { filter })).data;
  expect(nothing.incidents.edges).toEqual([]);
  expect(nothing.incidentFacets.stages).toEqual([]);
  expect(nothing.incidentOverview).toEqual({ openByStage: [], oldestOpen: null, roundTheClock: 0 });
  expect(nothing.incidentMetrics).toEqual({
    count: 0,
    timeToAcknowledge: { count: 0 },
    timeToClose: { count: 0, medianSeconds: null, p90Seconds: null },
  });
});

it('R-84 measures one incident, from its opening to the declaration as it was announced', async () => {
  const { id, detectedAt } = await bench.anIncident();
  const declaredAt = new Date(detectedAt.getTime() + 72_500).toISOString();
  const declaration = { incidentId: id, at: declaredAt, declaredAt, basis: ['ACCESS_LIKELY' as const] };
  await bench.hear((tx) => handlers.CrspiDeclared({ ...declaration, domains: ['SECURITY'] }, tx, meta));
  const measured = 'query($id: ID!) { incident(id: $id) { metrics { timeToAcknowledge timeToDeclare timeToClose } } }';
  const answer = await asking.ask(responder, measured, { id });
  expect(answer.data.incident.metrics).toEqual({ timeToAcknowledge: null, timeToDeclare: 72.5, timeToClose: null });
});

it('R-02 taking the page acknowledges the incident, for itself and among others; another page of it does not', async () => {
  const measured = `query($id: ID!, $filter: IncidentFilter) {
    incident(id: $id) { metrics { timeToAcknowledge } pages { id kind } }
    incidentMetrics(filter: $filter) { timeToAcknowledge { count medianSeconds } }
  }`;
  const acknowledge =
    'mutation($input: AcknowledgePageInput!) { acknowledgePage(input: $input) { page { acknowledgedAt } } }';
  const { id, detectedAt } = await bench.anIncident();
  await bench.write(manager, (tx) => page(tx, { kind: 'CONFLICT', incidentId: id, subjectId: randomUUID() }));
  const filter = { openedFrom: detectedAt.toISOString() };
  const seen = async (): Promise<Record<string, unknown>> =>
    (await asking.ask(responder, measured, { id, filter })).data as Record<string, unknown>;
  const take = async (kind: string): Promise<string> => {
    const { pages } = (await seen())['incident'] as { readonly pages: readonly { id: string; kind: string }[] };
    const pageId = pages.find((page) => page.kind === kind)?.id;
    const input = { idempotencyKey: randomUUID(), pageId };
    const { acknowledgePage } = (await asking.ask(responder, acknowledge, { input })).data;
    return (acknowledgePage as { readonly page: { readonly acknowledgedAt: string } }).page.acknowledgedAt;
  };
  await take('CONFLICT');
  const nobody = { count: 0, medianSeconds: null };
  expect(await seen()).toMatchObject({
    incident: { metrics: { timeToAcknowledge: null } },
    incidentMetrics: { timeToAcknowledge: nobody },
  });
  const seconds = (Date.parse(await take('INCIDENT_OPENED')) - detectedAt.getTime()) / 1_000;
  await bench.write(responder, async (tx) => assess(tx, await bench.seen(id)));
  expect(await seen()).toMatchObject({
    incident: { metrics: { timeToAcknowledge: seconds } },
    incidentMetrics: { timeToAcknowledge: { count: 1, medianSeconds: seconds } },
  });
});
