import { randomUUID } from 'node:crypto';
import type { Principal } from '@tocsin/access';

/* What is asked of the incident subgraph, and by whom. */

const staff = (id: string, role: Principal['roles'][number]): Principal => ({
  id,
  kind: 'user',
  roles: [role],
  scopes: [],
});

/** A member of all incidents, a member of forty, and the provider's own integration, which sees all. */
export const readers: Readonly<Record<string, Principal>> = {
  'manager of all': staff('user:ima', 'INCIDENT_MANAGER'),
  'responder of 40': staff('user:few', 'RESPONDER'),
  'provider partner': {
    id: 'partner:soc',
    kind: 'service',
    roles: ['PARTNER'],
    scopes: ['read:provider-feed'],
  },
};

/** One of the incidents that a reader sees. */
export interface Known {
  readonly id: string;
  readonly number: number;
  readonly detectedAt: Date;
  readonly version: number;
  readonly status: 'OPEN' | 'CLOSED';
}

export interface Question {
  readonly query: string;
  readonly variables?: object;
}

/** Makes the nth question of its kind, so that not always the same is asked. */
export type Ask = (n: number, known: readonly Known[]) => Question;

const page = `edges { cursor node { id number title tlp stage status source responsibility detectedAt onCall
  disposition closedAt } } pageInfo { hasNextPage endCursor }`;
const list = `query($after: String, $filter: IncidentFilter) { incidents(after: $after, filter: $filter) { ${page} } }`;
const facets = `query($filter: IncidentFilter) { incidentFacets(filter: $filter) { countedFrom stages { value count }
  statuses { value count } sources { value count } responsibilities { value count } dispositions { value count } } }`;
const statistics = 'count medianSeconds p90Seconds';
const metrics = `query($filter: IncidentFilter) { incidentMetrics(filter: $filter) { count countedFrom
  timeToAcknowledge { ${statistics} } timeToAssess { ${statistics} } timeToContain { ${statistics} }
  timeToDeclare { ${statistics} } timeToClose { ${statistics} } } }`;
const everything = `query($id: ID!) { incident(id: $id) { id version number title tlp stage status cycle source
  responsibility firstIndicationAt detectedAt roundTheClock onCall incidentManager members { principalId role until }
  stageEntries { n stage cycle at actorId reason } evidence { id text sha256 environment collectedAt addedBy addedAt }
  actions { id kind text state ownerId dueAt doneBy doneAt } containment { verifiedBy verifiedAt }
  responsibilityDecisions { id responsibility actorId role at reason evidenceIds } disposition closedAt
  detections { id } postMortem { state } postMortemSummary { id }
  timeline { edges { node { id kind text refs occurredAt recordedAt recordedBy corrects reason correctedBy } } }
  metrics { timeToAcknowledge timeToAssess timeToContain timeToDeclare timeToClose } } }`;

const filters = [
  { statuses: ['OPEN'] },
  { stages: ['DIAGNOSE', 'STABILIZE'], statuses: ['OPEN'] },
  { sources: ['CUSTOMER_REPORT'], responsibilities: ['SHARED'] },
  { dispositions: ['DUPLICATE'], openedFrom: '2017-01-10T00:00:00Z', openedTo: '2017-01-20T00:00:00Z' },
  { onCall: 'user:r7', statuses: ['CLOSED'] },
  { roundTheClock: true },
] as const;
/** From a word in every incident to a word in one, phrases, alternatives, and what nothing fits. */
const searches = [
  'host',
  'token repository',
  '"exposed in a repository"',
  'mailbox -customer',
  'T4711 or T4712',
  'user1234',
  '4711',
  'registry memory nowhere',
];
/** Words that nearly every incident has, alone and with one that many have. */
const commonest = ['on', 'host', 'on -nowhere', 'on or token'];
const at = <T>(values: readonly T[], n: number): T => values[n % values.length] as T;
const after = ({ detectedAt, number }: Known) => ({
  after: Buffer.from(JSON.stringify([detectedAt.toISOString(), String(number)])).toString('base64url'),
});

/** Each kind is asked by every reader. */
export const reads: Readonly<Record<string, Ask>> = {
  'List: the newest 20': () => ({ query: list }),
  'List: 20 from anywhere': (n, known) => ({ query: list, variables: after(at(known, n)) }),
  'List: filtered': (n) => ({ query: list, variables: { filter: at(filters, n) } }),
  Search: (n) => ({ query: list, variables: { filter: { search: at(searches, n) } } }),
  'Search: the commonest words': (n) => ({ query: list, variables: { filter: { search: at(commonest, n) } } }),
  'Facets of all': () => ({ query: facets }),
  'Facets: filtered': (n) => ({ query: facets, variables: { filter: at(filters, n) } }),
  'Facets: search': (n) => ({ query: facets, variables: { filter: { search: at(searches, n) } } }),
  'Facets: the commonest words': (n) => ({ query: facets, variables: { filter: { search: at(commonest, n) } } }),
  Overview: () => ({
    query: `{ incidentOverview { openByStage { value count } oldestOpen { id number title } roundTheClock } }`,
  }),
  'Metrics of ten days': () => ({
    query: metrics,
    variables: { filter: { openedFrom: '2017-01-10T00:00:00Z', openedTo: '2017-01-20T00:00:00Z' } },
  }),
  'Metrics of all': () => ({ query: metrics }),
  'Metrics: filtered': (n) => ({
    query: metrics,
    variables: { filter: at([{ statuses: ['CLOSED'] }, ...filters], n) },
  }),
  'Metrics: search': (n) => ({ query: metrics, variables: { filter: { search: at(searches, n) } } }),
  'Metrics: the commonest words': (n) => ({ query: metrics, variables: { filter: { search: at(commonest, n) } } }),
  'One incident, every field': (n, known) => ({ query: everything, variables: { id: at(known, n).id } }),
};

/** Commands; the integration commands nothing. */
export const commands: Readonly<Record<string, Ask>> = {
  'Command: addTimelineEntry': (n, known) => ({
    query: 'mutation($input: AddTimelineEntryInput!) { addTimelineEntry(input: $input) { entry { id } } }',
    variables: {
      input: {
        idempotencyKey: randomUUID(),
        incidentId: at(known, n).id,
        text: `Measured for the ${String(n)}th time`,
        occurredAt: '2026-01-01T00:00:00Z',
      },
    },
  }),
};

/** Changes what lists show of an incident, for each of its members; the manager's. */
export const managing: Readonly<Record<string, Ask>> = {
  'Command: reopenIncident': (n, known) => {
    const { id: incidentId, version: expectedVersion } = at(
      known.filter(({ status }) => status === 'CLOSED'),
      n,
    );
    return {
      query: 'mutation($input: ReopenIncidentInput!) { reopenIncident(input: $input) { incident { version } } }',
      variables: { input: { idempotencyKey: randomUUID(), incidentId, expectedVersion, reason: 'It is measured.' } },
    };
  },
};
