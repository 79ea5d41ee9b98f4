import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contextHeader, signContext } from '@tocsin/access';
import { NotFound } from '@tocsin/errors';
import { createLogger, createMetrics, type HttpServer, type Part } from '@tocsin/runtime';
import { aPrincipal, makeKey, testDatabase, testKeys, type TestDatabase } from '@tocsin/testkit';
import { z } from 'zod';
import { createLoader, createSubgraph, type RequestContext, type Resolvers } from './index.ts';

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions: Record<string, unknown>;
  }[];
}

const responder = aPrincipal('RESPONDER');
const secret = 'password=hunter2 at 10.0.0.7';

const schema = /* GraphQL */ `
  scalar DateTime
  type Thing {
    id: ID!
    name: String
  }
  type Query {
    whoami: String
    database: String
    refused: String
    unparsed: String
    broken: String
    brokenBeside: String
    echo(at: DateTime!): DateTime
    byId(id: ID!): String
    things(ids: [ID!]!): [Thing]
  }
  type Mutation {
    count(idempotencyKey: ID!): Int
  }
`;

let batches: (readonly string[])[] = [];
let counted = 0;
let parts: readonly Part[];

type Context = RequestContext<{ thing: ReturnType<typeof createLoader<{ id: string }>> }>;
const resolvers: Resolvers<Context> = {
  Query: {
    whoami: (_: unknown, __: unknown, { by }) => by.id,
    database: (_: unknown, __: unknown, { read }) =>
      read(async (tx) => {
        const rows: { name: string }[] = await tx.manager.query('select current_user as name');
        return rows[0]?.name;
      }),
    refused: () => {
      throw NotFound({ id: '7' });
    },
    unparsed: () => z.object({ severity: z.enum(['LOW']) }).parse({ severity: 'TOP' }),
    broken: () => {
      throw new Error(secret);
    },
    brokenBeside: () => 'well',
    echo: (_: unknown, { at }: { at: Date }) => at,
    byId: (_: unknown, { id }: { id: string }, { read }) =>
      read(async (tx) => {
        await tx.manager.query('select $1::uuid', [id]);
        return 'found';
      }),
    things: (_: unknown, { ids }: { ids: string[] }) => ids,
  },
  Thing: {
    id: (id: string) => id,
    name: async (id: string, _: unknown, { load }) => (await load.thing.load(id))?.id,
  },
  Mutation: {
    count: async (_: unknown, input: { idempotencyKey: string }, { command }) =>
      (await command('count', input, () => Promise.resolve({ n: (counted += 1) }))).n,
  },
};

let database: TestDatabase;
let subgraph: HttpServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-subgraph-'));
  writeFileSync(join(folder, 'spec.graphql'), schema);
  database = await testDatabase('incident', [], { migrations: null });
  subgraph = createSubgraph({
    service: 'incident',
    db: database.db,
    log: createLogger('incident', 'silent'),
    metrics: createMetrics('incident'),
    http: { host: '127.0.0.1', port: 0 },
    schemaDirectory: pathToFileURL(`${folder}/`),
    resolvers,
    loaders: () => ({
      thing: createLoader((ids) => {
        batches.push(ids);
        return Promise.resolve(ids.map((id) => ({ id })));
      }),
    }),
    contextJwks: (await testKeys()).context.publicJwks,
    parts: () => parts,
  });
  await subgraph.start();
});
afterAll(async () => {
  await subgraph.stop();
  await database.drop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  parts = [database.db];
});

const base = (): string => `http://127.0.0.1:${String(subgraph.port())}`;
const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${base()}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const signed = async (body: string, audience = 'incident', key = 'context'): Promise<Record<string, string>> => {
  const { context } = await testKeys();
  const { signingKey } = key === 'context' ? context : await makeKey('context');
  return { [contextHeader]: await signContext(responder, { audience, body }, signingKey) };
};

async function ask(query: string, variables: object = {}): Promise<Answer> {
  const body = JSON.stringify({ query, variables });
  const response = await post(body, await signed(body));
  return (await response.json()) as Answer;
}

async function mustBeBare401(response: Response): Promise<void> {
  expect(response.status).toBe(401);
  expect(await response.text()).toBe('');
}

const whoami = JSON.stringify({ query: '{ whoami }' });

describe('S-20 a request', () => {
  it('is answered for whom the gateway vouches, and is not to be stored', async () => {
    const response = await post(whoami, await signed(whoami));
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ data: { whoami: 'user:rea' } });
  });

  it('without a context is a bare 401, whatever its body', async () => {
    for (const body of [whoami, '{"query":', '', JSON.stringify({ query: '{ _service { sdl } }' })]) {
      await mustBeBare401(await post(body));
    }
    await mustBeBare401(await fetch(`${base()}/graphql?query={whoami}`));
  });

  it('is a bare 401 with a context for another subgraph, of another key, or of nobody', async () => {
    await mustBeBare401(await post(whoami, await signed(whoami, 'notification')));
    await mustBeBare401(await post(whoami, await signed(whoami, 'incident', 'forged')));
    await mustBeBare401(await post(whoami, { [contextHeader]: 'a.b.c' }));
  });

  it('is a bare 401 if its body is not the one that was signed', async () => {
    await mustBeBare401(await post(JSON.stringify({ query: '{ database }' }), await signed(whoami)));
    await mustBeBare401(await post(`${whoami} `, await signed(whoami)));
  });

  it('is a bare 401 when it is sent again', async () => {
    const headers = await signed(whoami);
    expect((await post(whoami, headers)).status).toBe(200);
    await mustBeBare401(await post(whoami, headers));
  });

  it('is refused above 256 KB', async () => {
    const long = JSON.stringify({ query: `{ whoami } #${'x'.repeat(256 * 1024)}` });
    await mustBeBare401(await post(long, await signed(long)));
  });

  it('does not tell the schema by introspection', async () => {
    const { data, errors } = await ask('{ __schema { types { name } } }');
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });
});

describe('a resolver', () => {
  it("reads as the service's own role", async () => {
    expect(await ask('{ database }')).toEqual({ data: { database: 'incident_app' } });
  });

  it('runs a command once for each idempotency key', async () => {
    const variables = { key: randomUUID() };
    const mutation = 'mutation ($key: ID!) { count(idempotencyKey: $key) }';
    const first = await ask(mutation, variables);
    expect(first).toEqual({ data: { count: 1 } });
    expect(await ask(mutation, variables)).toEqual(first);
    expect(counted).toBe(1);
  });

  it('loads what one request asks for with one query, and keeps nothing for the next', async () => {
    batches = [];
    const query = '{ things(ids: ["a", "b", "a"]) { name } }';
    const { data } = await ask(query);
    expect(data).toEqual({ things: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] });
    await ask(query);
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });
});

describe('H-10 an error', () => {
  it('that is a refusal leaves with its code, details and path', async () => {
    expect(await ask('{ refused }')).toEqual({
      data: { refused: null },
      errors: [
        {
          message: NotFound.description,
          locations: expect.anything(),
          path: ['refused'],
          extensions: { code: 'NOT_FOUND', details: { id: '7' } },
        },
      ],
    });
  });

  it('of a schema names the field', async () => {
    const { errors } = await ask('{ unparsed }');
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      details: { issues: [{ path: 'severity', message: expect.any(String) }] },
    });
  });

  it('S-25 of ours leaves as INTERNAL_SERVER_ERROR with an errorId and not a word of it', async () => {
    const answer = await ask('{ broken brokenBeside }');
    expect(answer.data).toEqual({ broken: null, brokenBeside: 'well' });
    const extensions = answer.errors?.[0]?.extensions;
    expect(extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|10\.0\.0\.7|stack|\.ts/);
  });

  it.each([
    ['a time without an offset', '2026-11-22T10:00:00', 'TIME_WITHOUT_OFFSET'],
    ['30 February', '2026-02-30T10:00:00Z', 'INVALID_INPUT'],
  ])('tells of %s, as a literal and as a variable', async (_, at, code) => {
    const literal = await ask(`{ echo(at: "${at}") }`);
    const variable = await ask('query ($at: DateTime!) { echo(at: $at) }', { at });
    expect([literal, variable].map(({ errors }) => errors?.[0]?.extensions['code'])).toEqual([code, code]);
  });

  it('does not come from a good time: the answer is in UTC', async () => {
    expect(await ask('{ echo(at: "2026-11-22T11:00:00+01:00") }')).toEqual({
      data: { echo: '2026-11-22T10:00:00.000Z' },
    });
  });

  it('S-3 tells of a malformed id the same as of one that does not exist', async () => {
    expect(await ask(`{ byId(id: "${randomUUID()}") }`)).toEqual({ data: { byId: 'found' } });
    const { errors } = await ask('{ byId(id: "42") }');
    expect(errors).toMatchObject([{ message: NotFound.description, extensions: { code: 'NOT_FOUND', details: {} } }]);
  });

  it("of the caller's GraphQL stays what it is", async () => {
    expect((await ask('{ whoami ')).errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_PARSE_FAILED' });
    expect((await ask('query ($at: DateTime!) { echo(at: $at) }')).errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
    });
  });
});

describe('the operational paths', () => {
  it('need no context: live, metrics', async () => {
    expect(await (await fetch(`${base()}/health/live`)).json()).toEqual({ status: 'live' });
    expect(await (await fetch(`${base()}/metrics`)).text()).toContain('service="incident"');
  });

  it('say 503 and name the part that is not ready, until it is', async () => {
    const relay = { ...database.db, name: 'relay', ready: () => false };
    parts = [database.db, relay];
    const waiting = await fetch(`${base()}/health/ready`);
    expect([waiting.status, await waiting.json()]).toEqual([503, { status: 'not ready', waitingFor: ['relay'] }]);
    parts = [database.db];
    // The answer is kept for a second.
    await sleep(1_050);
    const ready = await fetch(`${base()}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', waitingFor: [] }]);
  });
});
