import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { expect } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { eventually } from '@tocsin/testkit';
import type { TailEvent } from '../subscriptions/public-event.ts';
import { startSystem, type System } from './system.ts';

export const incidentId = '3f0c1f8e-0d5e-4c6b-8a53-7f6d2a1b9c01';
export const everything = 'subscription { incidentEvents { id type occurredAt tenantId incident { id stage level } } }';

export const anEvent = (about: string = incidentId): TailEvent => ({
  id: '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
  type: 'tocsin.incident.StageChanged.v1',
  occurredAt: new Date('2026-11-25T10:00:00.000Z'),
  data: { incidentId: about, at: '2026-11-25T10:00:00.000Z' },
});

/** What came over one subscription. */
export interface Heard {
  readonly frames: Record<string, unknown>[];
  readonly errors: unknown[];
  closed?: { readonly code: number; readonly reason: string };
}

/** A gateway and the sockets that a test opens to it. */
export interface Sockets {
  readonly system: System;
  /** A subscription with the client that users take, unmodified. */
  listen(principal: Principal, query?: string, seconds?: number): Promise<Heard>;
  /** A socket that has been admitted, without a client's manners. */
  raw(token: string): Promise<WebSocket>;
  /** A socket that has said nothing yet. */
  silent(): Promise<WebSocket>;
  /** Waits until the gateway has this many subscriptions. */
  subscribed(count: number): Promise<void>;
  /** Closes the sockets; the gateway goes on. */
  hangUp(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSockets(): Promise<Sockets> {
  const system = await startSystem();
  const url = system.url.replace('http', 'ws');
  const open: (() => unknown)[] = [];
  const silent = async (): Promise<WebSocket> => {
    const socket = new WebSocket(url, 'graphql-transport-ws');
    open.push(() => socket.terminate());
    await once(socket, 'open');
    return socket;
  };
  const subscribed = (count: number): Promise<void> =>
    eventually(async () => {
      const metrics = await (await fetch(new URL('/metrics', system.url))).text();
      expect(metrics).toMatch(new RegExp(`^tocsin_gateway_subscriptions{.*} ${count}$`, 'm'));
    });
  const hangUp = async (): Promise<void> => {
    await Promise.all(open.splice(0).map((close) => close()));
  };
  return {
    system,
    silent,
    subscribed,
    hangUp,
    listen: async (principal, query = everything, expiresIn = 600) => {
      const token = await system.tokenOf(principal, { expiresIn });
      const { heard, dispose, connected } = listen(url, token, query);
      open.push(dispose);
      await connected;
      return heard;
    },
    raw: async (token) => {
      const socket = await silent();
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
      await once(socket, 'message');
      return socket;
    },
    stop: async () => {
      await hangUp();
      await system.stop();
    },
  };
}

function listen(url: string, token: string, query: string) {
  const heard: Heard = { frames: [], errors: [] };
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    on: { closed: (event) => (heard.closed = event as { code: number; reason: string }) },
  });
  const connected = new Promise<void>((resolve) => {
    client.on('connected', () => resolve());
    client.on('closed', () => resolve());
  });
  client.subscribe(
    { query },
    {
      next: (frame) => void heard.frames.push(frame as Record<string, unknown>),
      error: (error) => void heard.errors.push(error),
      complete: () => undefined,
    },
  );
  return { heard, connected, dispose: () => client.dispose() };
}
