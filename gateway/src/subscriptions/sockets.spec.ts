import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { WebSocket } from 'ws';
import { aPrincipal, eventually } from '@tocsin/testkit';
import { startSockets, type Sockets } from '../testing/sockets.ts';

const responder = aPrincipal('RESPONDER');
let sockets: Sockets;

// Most of a test's time is the start of a gateway, on a machine that does much else.
jest.setTimeout(30_000);

beforeAll(async () => {
  sockets = await startSockets();
});
afterEach(() => sockets.hangUp());
afterAll(() => sockets.stop());

describe('what a socket accepts', () => {
  it.each([
    ['queries', '{ levels }', 'OPERATION_NOT_SUPPORTED'],
    ['mutations', 'mutation { closeIncident(id: "1") { id } }', 'OPERATION_NOT_SUPPORTED'],
    [
      'two root fields',
      'subscription { a: incidentEvents { id } b: incidentEvents { id } }',
      'OPERATION_NOT_SUPPORTED',
    ],
    ['introspection', 'subscription { __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['unknown fields', 'subscription { incidentEvents { secret } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'more than five levels',
      'subscription { incidentEvents { incident { parent { parent { parent { id } } } } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['more than 200 tokens', `subscription { incidentEvents { ${'id '.repeat(250)} } }`, 'GRAPHQL_PARSE_FAILED'],
  ])('S-28 not %s', async (_what, query, code) => {
    const { errors } = await sockets.listen(responder, query);
    await eventually(() => expect(errors).toHaveLength(1));
    expect(errors[0]).toMatchObject([{ extensions: { code } }]);
  });

  it('not a role that may not subscribe', async () => {
    const { errors } = await sockets.listen(aPrincipal('CUSTOMER_READER'));
    await eventually(() => expect(errors).toMatchObject([[{ extensions: { code: 'FORBIDDEN' } }]]));
  });

  it('not a token that is forged or missing: 4401', async () => {
    const socket = await sockets.silent();
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } }));
    expect((await once(socket, 'close'))[0]).toBe(4401);
  });

  it('S-29 not a page of a foreign origin, another protocol or another path', async () => {
    expect(await statusOf('/graphql', { origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf('/graphql', { 'sec-websocket-protocol': 'graphql-ws' })).toBe(400);
    expect(await statusOf('/other', {})).toBe(404);
    expect(await statusOf('/graphql', {})).toBe(101);
  });

  it('S-30 not more than 20 connections of a principal, and not more than ten messages a second', async () => {
    const token = await sockets.system.tokenOf(responder);
    const admitted = await Promise.all(Array.from({ length: 20 }, () => sockets.raw(token)));
    const extra = await sockets.silent();
    extra.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    expect((await once(extra, 'close'))[0]).toBe(4429);
    const closed = once(admitted[0] as WebSocket, 'close');
    for (let i = 0; i < 30; i += 1) admitted[0]?.send('{"type":"ping"}');
    expect((await closed)[0]).toBe(4429);
  });
});

/** The status line that an upgrade with these headers is answered with. */
async function statusOf(path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(sockets.system.url);
  const all = {
    host: hostname,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol': 'graphql-transport-ws',
    ...headers,
  };
  const socket = connectTcp(Number(port), hostname);
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.write([`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(data.toString().split(' ')[1]);
}
