import { randomUUID } from 'node:crypto';
import type { GraphqlClient } from '../graphql-client.ts';
import { eventually } from './actors.ts';

type Input = Readonly<Record<string, unknown>>;

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Runs a mutation and answers with the field of its payload. */
export async function run<T>(client: GraphqlClient, name: string, input: Input, selection: string): Promise<T> {
  const document = `mutation Run($input: ${capitalised(name)}Input!) { ${name}(input: $input) { ${selection} } }`;
  const data = await client.request<Record<string, T>>(document, { input });
  return data[name] as T;
}

/** A command on the incident, in the version it has now; repeated while the services still hear of each other. */
export const onIncident = <T>(
  client: GraphqlClient,
  incidentId: string,
  name: string,
  input: Input,
  selection = '__typename',
) =>
  eventually(`${name} is accepted`, async () => {
    const { incident } = await client.request<{ incident: { version: number } | null }>(
      'query Version($id: ID!) { incident(id: $id) { version } }',
      { id: incidentId },
    );
    if (incident === null) return undefined;
    const order = { idempotencyKey: randomUUID(), incidentId, expectedVersion: incident.version, ...input };
    return run<T>(client, name, order, selection);
  });

/** The same for a decision of classification. */
export const onClassification = <T>(
  client: GraphqlClient,
  incidentId: string,
  name: string,
  input: Input,
  selection: string,
) =>
  eventually(`${name} is accepted`, async () => {
    const { classification } = await client.request<{ classification: { version: number } | null }>(
      'query Version($id: ID!) { classification(incidentId: $id) { version } }',
      { id: incidentId },
    );
    if (classification === null) return undefined;
    const order = { idempotencyKey: randomUUID(), incidentId, expectedVersion: classification.version, ...input };
    return run<{ classification: T }>(client, name, order, `classification { ${selection} }`);
  });
