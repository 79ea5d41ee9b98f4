import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Principal } from '@tocsin/access';
import { aPrincipal, eventually } from '@tocsin/testkit';
import { startSystem, type System } from '../spec-support/system.ts';
import type { TailEvent } from './public-event.ts';

const responder = aPrincipal('RESPONDER');
const engineer = aPrincipal('SERVICE_ENGINEER');
const incidentId = '3f0c1f8e-0d5e-4c6b-8a53-7f6d2a1b9c01';
const otherId = '3f0c1f8e-0d5e-4c6b-8a53-7f6d2a1b9c02';
const everything = 'subscription { incidentEvents { id type occurredAt tenantId incident { id stage level } } }';

let system: System;
const open: { dispose(): unknown }[] = [];

beforeEach(async () => {
  system = await startSystem();
  system.members.set(incidentId, new Set([responder.id]));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.dispose()));
  await system.stop();
});

const anEvent = (about: string = incidentId): TailEvent => ({
  id: '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
  type: 'tocsin.incident.StageChanged.v1',
  occurredAt: new Date('2026-11-25T10:00:00.000Z'),
  data: { incidentId: about, at: '2026-11-25T10:00:00.000Z' },
});

interface Listener {
  readonly frames: Record<string, unknown>[];
  readonly errors: unknown[];
  closed?: { readonly code: number; readonly reason: string };
}

const socketUrl = (): string => system.url.replace('http', 'ws');

/** A subscription with the client that users take, unmodified. */
async function listen(principal: Principal, query = everything, seconds = 600): Promise<Listener> {
  const token = await system.tokenOf(principal, { expiresIn: seconds });
  const listener: Listener = { frames: [], errors: [] };
  const client: Client = createClient({
    url: socketUrl(),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    lazy: true,
    on: { closed: (event) => (listener.closed = event as { code: number; reason: string }) },
  });
  open.push(client);
  const connected = new Promise<void>((resolve) => {
    client.on('connected', () => resolve());
    client.on('closed', () => resolve());
  });
  client.subscribe(
    { query },
    {
      next: (frame) => void listener.frames.push(frame as Record<string, unknown>),
      error: (error) => void listener.errors.push(error),
      complete: () => undefined,
    },
  );
  await connected;
  return listener;
}

const subscribed = (count: number): Promise<void> =>
  eventually(async () => {
    const metrics = await (await fetch(new URL('/metrics', system.url))).text();
    expect(metrics).toMatch(new RegExp(`^tocsin_gateway_subscriptions{.*} ${count}$`, 'm'));
  });

describe('incidentEvents', () => {
  it('joins the subgraphs of the incident to each event', async () => {
    const { frames } = await listen(responder);
    await subscribed(1);
    system.tail.onEvent(anEvent());
    await eventually(() => expect(frames).toHaveLength(1));
    expect(frames[0]).toEqual({
      data: {
        incidentEvents: {
          id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
          type: 'tocsin.incident.StageChanged.v1',
          occurredAt: '2026-11-25T10:00:00.000Z',
          tenantId: null,
          incident: { id: incidentId, stage: 'ASSESS', level: 'INCIDENT' },
        },
      },
    });
  });

  it('S-3 sends nothing of an incident that is not the principal’s to see', async () => {
    const [member, foreign] = [await listen(responder), await listen(engineer)];
    await subscribed(2);
    system.members.set(otherId, new Set([engineer.id]));
    system.tail.onEvent(anEvent(incidentId));
    system.tail.onEvent(anEvent(otherId));
    await eventually(() => expect([member.frames.length, foreign.frames.length]).toEqual([1, 1]));
    expect(JSON.stringify(foreign.frames)).not.toContain(incidentId);
    expect(JSON.stringify(member.frames)).not.toContain(otherId);
  });

  it('narrows to one incident', async () => {
    system.members.set(otherId, new Set([responder.id]));
    const { frames } = await listen(
      responder,
      `subscription { incidentEvents(incidentId: "${otherId}") { incident { id } } }`,
    );
    await subscribed(1);
    system.tail.onEvent(anEvent(incidentId));
    system.tail.onEvent(anEvent(otherId));
    await eventually(() => expect(frames).toHaveLength(1));
    expect(JSON.stringify(frames)).toContain(otherId);
  });

  it('leaves out events that are not about an incident', async () => {
    const { frames } = await listen(responder);
    await subscribed(1);
    system.tail.onEvent({
      ...anEvent(),
      type: 'tocsin.notification.TenantChanged.v1',
      data: { tenantId: randomUUID() },
    });
    system.tail.onEvent(anEvent());
    await eventually(() => expect(frames).toHaveLength(1));
  });

  it('still tells of the event when a subgraph is away; its field is null', async () => {
    const { frames } = await listen(responder);
    await subscribed(1);
    await system.subgraphs.get('classification')?.stop();
    system.tail.onEvent(anEvent());
    await eventually(() => expect(frames).toHaveLength(1));
    expect(frames[0]).toMatchObject({
      data: { incidentEvents: { incident: { stage: 'ASSESS', level: null } } },
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
  });

  it('S-52 ends the socket, with the reason, when nobody can tell who may see an event', async () => {
    const listener = await listen(responder);
    await subscribed(1);
    await system.subgraphs.get('incident')?.stop();
    system.tail.onEvent(anEvent());
    await eventually(() => expect(listener.closed).toMatchObject({ code: 4410 }));
    expect(listener.closed?.reason).toContain('events were missed');
    expect(listener.frames).toEqual([]);
  });

  it('executes once for subscribers with the same rights and document', async () => {
    const listeners = [await listen(responder), await listen(responder), await listen(responder)];
    await subscribed(3);
    const before = system.subgraphs.get('classification')?.received.length ?? 0;
    system.tail.onEvent(anEvent());
    await eventually(() => expect(listeners.map(({ frames }) => frames.length)).toEqual([1, 1, 1]));
    expect((system.subgraphs.get('classification')?.received.length ?? 0) - before).toBe(1);
  });
});

describe('the end of a socket', () => {
  it('S-32 comes with the end of the token: 4403', async () => {
    const listener = await listen(responder, everything, 1);
    await eventually(() => expect(listener.closed).toMatchObject({ code: 4403 }), { timeoutMs: 5_000 });
  });

  it('tells every subscriber when the tail may have missed events', async () => {
    const listener = await listen(responder);
    await subscribed(1);
    system.tail.onGap('the broker was away');
    await eventually(() => expect(listener.closed).toMatchObject({ code: 4410 }));
    expect(listener.closed?.reason).toBe('events were missed: read again and subscribe anew');
    await subscribed(0);
  });

  it('S-30 tells a subscriber who does not keep up', async () => {
    const socket = await rawSocket(await system.tokenOf(responder));
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: everything } }));
    await subscribed(1);
    const closed = once(socket, 'close') as Promise<[number, Buffer]>;
    for (let i = 0; i < 200; i += 1) system.tail.onEvent(anEvent());
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([4410, 'events were missed: read again and subscribe anew']);
  });

  it('comes with the end of the process: 1001', async () => {
    const listener = await listen(responder);
    await subscribed(1);
    await system.stop();
    expect(listener.closed).toMatchObject({ code: 1001, reason: expect.stringContaining('subscribe anew') });
    system = await startSystem();
  });
});

/** A socket that has been admitted, without a client's manners. */
async function rawSocket(token: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(socketUrl(), 'graphql-transport-ws', { headers });
  open.push({ dispose: () => socket.terminate() });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  return socket;
}

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
    const { errors } = await listen(responder, query);
    await eventually(() => expect(errors).toHaveLength(1));
    expect(errors[0]).toMatchObject([{ extensions: { code } }]);
  });

  it('not a role that may not subscribe', async () => {
    const { errors } = await listen(aPrincipal('CUSTOMER_READER'));
    await eventually(() => expect(errors).toMatchObject([[{ extensions: { code: 'FORBIDDEN' } }]]));
  });

  it('not a token that is forged or missing: 4401', async () => {
    const socket = new WebSocket(socketUrl(), 'graphql-transport-ws');
    await once(socket, 'open');
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
    const token = await system.tokenOf(responder);
    const sockets = await Promise.all(Array.from({ length: 20 }, () => rawSocket(token)));
    const extra = new WebSocket(socketUrl(), 'graphql-transport-ws');
    await once(extra, 'open');
    extra.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    expect((await once(extra, 'close'))[0]).toBe(4429);
    const closed = once(sockets[0] as WebSocket, 'close');
    for (let i = 0; i < 30; i += 1) sockets[0]?.send('{"type":"ping"}');
    expect((await closed)[0]).toBe(4429);
  });
});

/** The status line that an upgrade with these headers is answered with. */
async function statusOf(path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(system.url);
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
