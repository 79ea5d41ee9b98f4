import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextHeader, Role, signContext, type Principal } from '@tocsin/access';
import { createLogger, createMetrics, type HttpServer } from '@tocsin/runtime';
import { createSubgraph } from '@tocsin/subgraph';
import { aPrincipal, testKeys } from '@tocsin/testkit';
import { at, createBench, legal, manager, orderFor, responder, type Bench, type Known } from '../testing/bench.ts';
import { harmless } from '../testing/risk-inputs.ts';
import { loaders, resolvers } from './resolvers.ts';

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

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

async function ask(by: Principal, query: string, variables: object = {}): Promise<Answer> {
  const body = JSON.stringify({ query, variables });
  const { context } = await testKeys();
  const signed = await signContext(by, { audience: 'classification', body }, context.signingKey);
  const headers = { 'content-type': 'application/json', [contextHeader]: signed };
  const url = `http://127.0.0.1:${String(subgraph.port())}/graphql`;
  const response = await fetch(url, { method: 'POST', headers, body });
  return (await response.json()) as Answer;
}
const codeOf = ({ errors }: Answer): string => errors?.[0]?.extensions.code ?? 'answered';

/** Runs one of the three commands. */
function tell(known: Known, version: number, name: string, input: object, by = legal): Promise<Answer> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const query = `mutation($input: ${type}) { ${name}(input: $input) { classification { version } } }`;
  const common = { idempotencyKey: randomUUID(), ...orderFor(known, version) };
  return ask(by, query, { input: { ...common, actorRole: 'PROCESSOR', ...input } });
}

const decided = 'id actorId role at reason evidenceIds policyVersion';
const answers = 'dataReadable recipient misusePotential availabilityHarm integrityHarm subjects';
const scored = `data identifiers confidentiality integrity availability malicious context identification circumstances
  quarters band overHundredPeople unintelligible`;
const whole = `query($id: ID!) { classification(incidentId: $id) {
  version
  decisions { kind }
  awareness { actorRole awareAt decisions { ${decided} awareAt corrects } }
  awareToDeclaredSeconds
  breachAssessments {
    actorRole isPersonalDataBreach breachTypes verdict art34Ground
    inputs { ${answers} } proposal { verdict misuse continuity reasons } enisa { ${scored} }
    breachDecisions { ${decided} value breachTypes }
    verdictDecisions { ${decided} verdict art34Ground rationale divergence inputs { ${answers} } proposal { verdict } enisa { quarters } }
    lookAlikeCases(first: 1) { number title published alike differsIn source inputs { ${answers} } }
  }
  conflicts { id kind why actorRole openedAt closedAt }
} }`;

const enisa = {
  data: ['SIMPLE'],
  identifiers: ['FULL_NAME_WITH_BIRTH_DATE_AND_EMAIL'],
  confidentiality: 'UNKNOWN_RECIPIENTS',
  integrity: 'RESTORED',
  availability: 'RESTORED',
  malicious: true,
};
const taken = { ...harmless, misusePotential: 'SERIOUS', subjects: 213 };
const breached = { value: 'YES', breachTypes: ['CONFIDENTIALITY'] };
const judged = { inputs: taken, verdict: 'HIGH_RISK', divergence: 'identity theft', enisa };

describe('a breach, as it is asked for', () => {
  it('I-22 I-23 is told whole: awareness, breach, verdict with its proposal and score, look-alike, conflict', async () => {
    const known = await bench.anIncident();
    const { evidenceId } = known;
    await tell(known, 1, 'recordAwareness', { awareAt: '2026-11-20T11:30:00+01:00' });
    await tell(known, 2, 'recordAwareness', { awareAt: '2026-11-20T10:00:00+01:00' });
    await tell(known, 3, 'decidePersonalDataBreach', breached);
    expect(await tell(known, 4, 'decideVerdict', judged)).toEqual({
      data: { decideVerdict: { classification: { version: 5 } } },
    });
    const { data } = await ask(manager, whole, { id: known.incidentId });
    const by = { actorId: legal.id, role: 'LEGAL', reason: 'seen in the logs', evidenceIds: [evidenceId] };
    const [earlier, later] = ['2026-11-20T09:00:00.000Z', '2026-11-20T10:30:00.000Z'];
    expect(data?.['classification']).toMatchObject({
      version: 5,
      decisions: ['awareness', 'awareness', 'personalDataBreach', 'verdict'].map((kind) => ({ kind })),
      awareness: [
        {
          ...{ actorRole: 'PROCESSOR', awareAt: earlier },
          decisions: [
            { ...by, awareAt: later, corrects: null },
            { ...by, awareAt: earlier, corrects: later },
          ],
        },
      ],
      awareToDeclaredSeconds: null,
      breachAssessments: [
        {
          ...{ actorRole: 'PROCESSOR', isPersonalDataBreach: 'YES', breachTypes: ['CONFIDENTIALITY'] },
          ...{ verdict: 'HIGH_RISK', art34Ground: null, inputs: taken },
          proposal: {
            verdict: 'HIGH_RISK',
            misuse: 2,
            continuity: 0,
            reasons: expect.arrayContaining(['Serious misuse is possible.']),
          },
          enisa: { ...enisa, context: 1, identification: 4, circumstances: 4, quarters: 8, band: 'MEDIUM' },
          breachDecisions: [{ ...by, ...breached }],
          verdictDecisions: [
            {
              ...{ ...by, verdict: 'HIGH_RISK', rationale: null, divergence: 'identity theft', inputs: taken },
              ...{ proposal: { verdict: 'HIGH_RISK' }, enisa: { quarters: 8 }, policyVersion: '2026-11' },
            },
          ],
          lookAlikeCases: [
            { number: 5, published: 'HIGH_RISK', alike: 6, differsIn: [], inputs: taken, source: expect.any(String) },
          ],
        },
      ],
      conflicts: [{ kind: 'AWARE_NOT_EXECUTED', why: 'EXECUTION_NOT_AUTHORIZED', actorRole: null, closedAt: null }],
    });
  });

  it('that nobody judged has a blank verdict, and looks like nothing', async () => {
    const known = await bench.anIncident();
    await tell(known, 1, 'decidePersonalDataBreach', { value: 'UNKNOWN', breachTypes: [] });
    const { data } = await ask(responder, whole, { id: known.incidentId });
    const blank = { verdict: null, art34Ground: null, inputs: null, proposal: null, enisa: null };
    expect(data?.['classification']).toMatchObject({
      awareness: [],
      breachAssessments: [{ ...blank, isPersonalDataBreach: 'UNKNOWN', verdictDecisions: [], lookAlikeCases: [] }],
      conflicts: [],
    });
  });

  it('I-3 is aware at an instant with its offset', async () => {
    const known = await bench.anIncident();
    const awareAt = '2026-11-20T10:30:00';
    expect(codeOf(await tell(known, 1, 'recordAwareness', { awareAt }))).toBe('TIME_WITHOUT_OFFSET');
    const before = new Date(Date.parse(at) - 1).toISOString();
    expect(codeOf(await tell(known, 1, 'recordAwareness', { awareAt: before }))).toBe('TIME_ORDER_INVALID');
  });

  it('is decided once for a key, however often it is sent', async () => {
    const known = await bench.anIncident();
    const once = { idempotencyKey: randomUUID(), ...judged };
    const first = await tell(known, 1, 'decideVerdict', once);
    expect(await tell(known, 1, 'decideVerdict', once)).toEqual(first);
    const { data } = await ask(manager, whole, { id: known.incidentId });
    expect(data?.['classification']).toMatchObject({ version: 2, breachAssessments: [{ verdictDecisions: [{}] }] });
  });
});

describe('the published cases', () => {
  const query = `query($input: RiskInputs!, $first: Int) {
    lookAlikeCases(input: $input, first: $first) { number alike differsIn } }`;

  it('are listed, most alike first, in what they differ', async () => {
    const { data } = await ask(legal, query, { input: { ...taken, recipient: 'HARMLESS' }, first: 2 });
    expect(data?.['lookAlikeCases']).toEqual([
      { number: 5, alike: 5, differsIn: ['recipient'] },
      { number: 13, alike: 5, differsIn: ['misusePotential'] },
    ]);
    const three = await ask(
      legal,
      '{ lookAlikeCases(input: { dataReadable: NO, recipient: UNKNOWN, misusePotential: NONE, availabilityHarm: NONE, integrityHarm: NONE }) { number } }',
    );
    expect(three.data?.['lookAlikeCases']).toHaveLength(3);
  });

  it('S-3 are listed for those who judge, and FORBIDDEN to everybody else', async () => {
    const judges = ['RESPONDER', 'SERVICE_ENGINEER', 'INCIDENT_MANAGER', 'EXECUTIVE_INCIDENT_MANAGER', 'LEGAL'];
    for (const role of Role.options) {
      const expected = [...judges, 'PRIVACY_OFFICER'].includes(role) ? 'answered' : 'FORBIDDEN';
      expect([role, codeOf(await ask(aPrincipal(role), query, { input: taken }))]).toEqual([role, expected]);
    }
  });

  it('are at least one and at most a hundred', async () => {
    for (const first of [0, 101])
      expect(codeOf(await ask(legal, query, { input: taken, first }))).toBe('INVALID_INPUT');
  });
});
