import { randomUUID } from 'node:crypto';
import type { PublicJwks } from '@tocsin/access';
import { createGraphqlClient, GraphqlError, type GraphqlClient } from '../graphql-client.ts';

/** Where the platform is, and the tokens of the demo roles. */
export interface Stage {
  readonly graphqlUrl: string;
  readonly intakeUrl: string;
  /** Undefined if mail goes to a server of one's own: then the story cannot look into the mailboxes. */
  readonly mailPageUrl: string | undefined;
  readonly tokens: Readonly<Record<string, string>>;
  /** The public keys of the services, by service: an auditor gets them from the operator. */
  readonly eventKeys: Readonly<Record<string, PublicJwks>>;
  /** Parts of the platform are made to fail meanwhile: a subscription may end, if it is told why. */
  readonly hasFaults?: boolean;
}

/** The people of the story, each with his own token. */
export interface Actors {
  as(name: string): GraphqlClient;
  readonly traceparent: string;
}

/** All requests of one run continue one trace. */
export function createActors({ graphqlUrl, tokens }: Stage): Actors {
  const traceparent = `00-${randomUUID().replaceAll('-', '')}-${randomUUID().replaceAll('-', '').slice(0, 16)}-01`;
  return {
    traceparent,
    as: (name) => {
      const token = tokens[name];
      if (token === undefined) throw new Error(`There is no token for ${name}.`);
      return patient(createGraphqlClient({ url: graphqlUrl, token, traceparent }));
    },
  };
}

/** Sends the same request again, idempotency key included, while a part of the platform is away. */
const patient = (client: GraphqlClient): GraphqlClient => ({
  request: <T>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<T> =>
    eventually('the platform is available', () => client.request<T>(query, variables), away),
});

/** The codes that only say that another service has not heard of it yet, … */
const lag = new Set([
  'EVIDENCE_UNKNOWN',
  'TENANT_UNKNOWN',
  'FOREIGN_SCOPE',
  'NOT_FOUND',
  'CONCURRENT_CHANGE',
  'STAGE_TOO_EARLY',
]);
/** … and the one that says that a part is away. */
const away = new Set(['UNAVAILABLE']);
const patienceMs = 45_000;

/** Repeats until it gives something, and gives up after 45 seconds saying what was awaited. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, passing = lag): Promise<T> {
  const until = Date.now() + patienceMs;
  for (let last = 'nothing'; ;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      if (!(error instanceof GraphqlError) || !passing.has(error.code)) throw error;
      last = error.code;
    }
    if (Date.now() > until) throw new Error(`Waited in vain until ${what}; last seen: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Passes if the command is refused with this code. */
export async function mustBeRefused(code: string, command: Promise<unknown>): Promise<void> {
  const refusal = await command.then(
    () => 'nothing',
    (error: unknown) => (error instanceof GraphqlError ? error.code : String(error)),
  );
  if (refusal !== code) throw new Error(`Expected the refusal ${code}, got ${refusal}.`);
}

export function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(`It is not so that ${what}.`);
}
