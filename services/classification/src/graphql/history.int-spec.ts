import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { contextHeader, signContext, type Principal } from '@tocsin/access';
import { createLogger, createMetrics, type HttpServer } from '@tocsin/runtime';
import { createSubgraph } from '@tocsin/subgraph';
import { aPrincipal, testKeys } from '@tocsin/testkit';
import { decideBreach, recordLegalAwareness } from '../breach-assessments.ts';
import { assessImpact, classifyIncident, setScope } from '../classifications.ts';
import { severityPolicyVersion } from '../domain/severity.ts';
import { handlers } from '../events.ts';
import {
  at,
  createBench,
  legal,
  manager,
  meta,
  orderFor,
  responder,
  type Bench,
  type Known,
} from '../testing/bench.ts';
import { loaders, resolvers } from './resolvers.ts';

let bench: Bench;
let subgraph: HttpServer;
beforeAll(async () => {
  bench = await createBench();
  const { context } = await testKeys();
  const { db } = bench.database;
  subgraph = createSubgraph({
    service: 'classification',
    db,
    log: createLogger('classification', 'silent'),
    metrics: createMetrics('classification'),
    http: { host: '127.0.0.1', port: 0 },
    schemaDirectory: new URL('../../schema/', import.meta.url),
    resolvers,
    loaders,
    contextJwks: context.publicJwks,
    parts: () => [db],
  });
  await subgraph.start();
});
afterAll(async () => {
  await subgraph.stop();
  await bench.database.drop();
});

const decided = 'id actorId role at reason evidenceIds policyVersion';
const query = `query ($id: ID!, $tenantId: ID) { classification(incidentId: $id) {
  assessments { ${decided} functional information recoverability customerDataRisk severity priority roundTheClock }
  levelDecisions { ${decided} level domains eventGround rootCause }
  scopeDecisions(tenantId: $tenantId) { ${decided} tenant { id } status dataCategories subjects records flowLogRefs }
} }`;

async function ask(by: Principal, variables: object, document = query): Promise<unknown> {
  const body = JSON.stringify({ query: document, variables });
  const { context } = await testKeys();
  const signed = await signContext(by, { audience: 'classification', body }, context.signingKey);
  const headers = { 'content-type': 'application/json', [contextHeader]: signed };
  const url = `http://127.0.0.1:${String(subgraph.port())}/graphql`;
  const answer = (await (await fetch(url, { method: 'POST', headers, body })).json()) as {
    readonly data: { readonly classification: unknown };
  };
  return answer.data.classification;
}

const impacts = { functional: 'LOW', information: ['NONE'], recoverability: 'REGULAR' } as const;

const assess = (known: Known, version: number, customerDataRisk: 'NONE' | 'CONFIRMED') =>
  bench.write(responder, (tx) =>
    assessImpact(tx, { ...orderFor(known, version), ...impacts, information: ['NONE'], customerDataRisk }),
  );

async function scope(known: Known, version: number, tenantId: string, status: 'LIKELY' | 'RULED_OUT') {
  await bench.hear((tx) => handlers.TenantChanged({ tenantId, subscriptionIds: [], at }, tx, meta));
  const affected = { tenantId, subscriptionIds: [], status, dataCategories: ['E-mail'], flowLogRefs: ['flow/17'] };
  await bench.write(responder, (tx) => setScope(tx, { ...orderFor(known, version), ...affected, subjects: 3 }));
}

const by = (actor: Principal, role: string, { evidenceId }: Known) => ({
  actorId: actor.id,
  role,
  reason: 'seen in the logs',
  evidenceIds: [evidenceId],
  policyVersion: severityPolicyVersion,
});

it('R-41 every assessment and every level stays, with who, when, why and on what evidence', async () => {
  const known = await bench.anIncident();
  await assess(known, 1, 'NONE');
  await assess(known, 2, 'CONFIRMED');
  const judged = { level: 'FALSE_POSITIVE' as const, domains: [], rootCause: 'TEST_ACTIVITY' as const };
  await bench.write(manager, (tx) => classifyIncident(tx, { ...orderFor(known, 3), ...judged }));
  const event = { level: 'EVENT' as const, domains: ['SECURITY' as const], eventGround: 'ATTEMPTED_ATTACK' as const };
  await bench.write(manager, (tx) => classifyIncident(tx, { ...orderFor(known, 4), ...event }));
  const assessed = { ...by(responder, 'RESPONDER', known), ...impacts };
  const levelled = by(manager, 'INCIDENT_MANAGER', known);
  const instant = { at: expect.stringMatching(/Z$/) };
  expect(await ask(manager, { id: known.incidentId })).toMatchObject({
    assessments: [
      { ...assessed, ...instant, customerDataRisk: 'NONE', severity: 'MEDIUM', priority: 'P3', roundTheClock: false },
      { ...assessed, ...instant, customerDataRisk: 'CONFIRMED', severity: 'HIGH', priority: 'P2', roundTheClock: true },
    ],
    levelDecisions: [
      { ...levelled, ...judged, eventGround: null },
      { ...levelled, ...event, rootCause: null },
    ],
  });
});

it('R-41 R-81 the scope of each tenant keeps its history, and only a member sees it', async () => {
  const known = await bench.anIncident();
  const [tenantId, other] = [randomUUID(), randomUUID()];
  await scope(known, 1, tenantId, 'LIKELY');
  await scope(known, 2, other, 'LIKELY');
  await scope(known, 3, tenantId, 'RULED_OUT');
  const variables = { id: known.incidentId };
  const told = { ...by(responder, 'RESPONDER', known), dataCategories: ['E-mail'], subjects: 3, records: null };
  const ofTenant = (id: string, status: string) => ({ ...told, tenant: { id }, status, flowLogRefs: ['flow/17'] });
  const [first, second, third] = [
    ofTenant(tenantId, 'LIKELY'),
    ofTenant(other, 'LIKELY'),
    ofTenant(tenantId, 'RULED_OUT'),
  ];
  expect(await ask(manager, variables)).toMatchObject({ scopeDecisions: [first, second, third] });
  expect(await ask(manager, { ...variables, tenantId })).toMatchObject({ scopeDecisions: [first, third] });
  expect(await ask(aPrincipal('INCIDENT_MANAGER', { id: 'user:ina' }), variables)).toBeNull();
});

it('R-41 the decisions of a kind are read once, in however many parts the provider has to decide', async () => {
  const known = await bench.anIncident();
  const document = `query ($id: ID!) { classification(incidentId: $id) {
    awareness { actorRole decisions { id } }
    breachAssessments { actorRole breachDecisions { id } verdictDecisions { id } }
  } }`;
  let version = 0;
  const decide = async (actorRole: 'PROCESSOR' | 'CONTROLLER' | 'ENTITY') => {
    const order = () => ({ ...orderFor(known, (version += 1)), actorRole });
    await bench.write(legal, (tx) => recordLegalAwareness(tx, { ...order(), awareAt: new Date(at) }));
    await bench.write(legal, (tx) => decideBreach(tx, { ...order(), value: 'NO', breachTypes: [] }));
  };
  const transactions = jest.spyOn(bench.database.db.source, 'createQueryRunner');
  const countedReads = async () => {
    transactions.mockClear();
    const told = (await ask(manager, { id: known.incidentId }, document)) as { readonly awareness: unknown };
    return { awareness: told.awareness, reads: transactions.mock.calls.length };
  };
  await decide('PROCESSOR');
  const one = await countedReads();
  await decide('CONTROLLER');
  await decide('ENTITY');
  const three = await countedReads();
  expect(three.reads).toBe(one.reads);
  const decisions = [{ id: expect.any(String) }];
  expect(three.awareness).toEqual(
    expect.arrayContaining(['CONTROLLER', 'ENTITY', 'PROCESSOR'].map((actorRole) => ({ actorRole, decisions }))),
  );
});
