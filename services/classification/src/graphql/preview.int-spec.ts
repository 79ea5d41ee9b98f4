import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextHeader, Role, signContext } from '@tocsin/access';
import { createLogger, createMetrics, type HttpServer } from '@tocsin/runtime';
import { createSubgraph } from '@tocsin/subgraph';
import { aPrincipal, testDatabase, testKeys, type TestDatabase } from '@tocsin/testkit';
import { tables } from '../store/tables.ts';
import { loaders, resolvers } from './resolvers.ts';

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

let database: TestDatabase;
let subgraph: HttpServer;
beforeAll(async () => {
  database = await testDatabase('classification', tables);
  const { context } = await testKeys();
  subgraph = createSubgraph({
    service: 'classification',
    db: database.db,
    log: createLogger('classification', 'silent'),
    metrics: createMetrics('classification'),
    http: { host: '127.0.0.1', port: 0 },
    schemaDirectory: new URL('../../schema/', import.meta.url),
    resolvers,
    loaders,
    contextJwks: context.publicJwks,
    parts: () => [database.db],
  });
  await subgraph.start();
});
afterAll(async () => {
  await subgraph.stop();
  await database.drop();
});

const queries = {
  previewVerdict:
    'query($input: RiskInputs!) { preview: previewVerdict(input: $input) { verdict misuse continuity reasons } }',
  previewSeverity:
    'query($input: SeverityInputs!) { preview: previewSeverity(input: $input) { severity priority reasons } }',
};
const inputs = {
  previewVerdict: {
    dataReadable: 'YES',
    recipient: 'UNKNOWN',
    misusePotential: 'TRIVIAL',
    availabilityHarm: 'NONE',
    integrityHarm: 'MINOR',
  },
  previewSeverity: {
    functional: 'LOW',
    information: ['PRIVACY_BREACH'],
    recoverability: 'EXTENDED',
    customerDataRisk: 'POSSIBLE',
  },
};
type Name = keyof typeof queries;

async function preview(role: Role, name: Name, patch: object = {}): Promise<Answer> {
  const body = JSON.stringify({ query: queries[name], variables: { input: { ...inputs[name], ...patch } } });
  const { context } = await testKeys();
  const signed = await signContext(aPrincipal(role), { audience: 'classification', body }, context.signingKey);
  const headers = { 'content-type': 'application/json', [contextHeader]: signed };
  const url = `http://127.0.0.1:${String(subgraph.port())}/graphql`;
  const response = await fetch(url, { method: 'POST', headers, body });
  return (await response.json()) as Answer;
}

const codeOf = (answer: Answer): string => answer.errors?.[0]?.extensions.code ?? 'answered';

describe('a preview', () => {
  it('I-22 proposes a verdict with its reasons, and counts an unknown recipient as malicious', async () => {
    expect((await preview('PRIVACY_OFFICER', 'previewVerdict')).data?.['preview']).toEqual({
      verdict: 'RISK',
      misuse: 1,
      continuity: 1,
      reasons: [
        'Trivial misuse is possible, by a malicious recipient.',
        'The recipient is unknown: it counts as malicious.',
        'The loss of integrity does minor harm.',
      ],
    });
  });

  it('R-40 rates the impacts as an assessment would, with its reasons', async () => {
    expect((await preview('PRIVACY_OFFICER', 'previewSeverity')).data?.['preview']).toEqual({
      severity: 'HIGH',
      priority: 'P1',
      reasons: ['An impact on information makes severity HIGH.', 'Recovery is EXTENDED: priority is one step higher.'],
    });
  });

  it('R-43 refuses NONE with another impact, and no impact at all', async () => {
    const both = await preview('LEGAL', 'previewSeverity', { information: ['NONE', 'INTEGRITY_LOSS'] });
    expect(codeOf(both)).toBe('IMPACT_NONE_EXCLUSIVE');
    expect(codeOf(await preview('LEGAL', 'previewSeverity', { information: [] }))).toBe('INVALID_INPUT');
  });

  it('refuses a negative number of people', async () => {
    expect(codeOf(await preview('LEGAL', 'previewVerdict', { subjects: -1 }))).toBe('INVALID_INPUT');
  });

  it('S-3 is answered to those who judge, and FORBIDDEN to everybody else', async () => {
    const judges = 'RESPONDER SERVICE_ENGINEER INCIDENT_MANAGER EXECUTIVE_INCIDENT_MANAGER LEGAL PRIVACY_OFFICER'.split(
      ' ',
    );
    for (const name of Object.keys(queries) as Name[])
      for (const role of Role.options) {
        const expected = judges.includes(role) ? 'answered' : 'FORBIDDEN';
        expect([name, role, codeOf(await preview(role, name))]).toEqual([name, role, expected]);
      }
  });
});
