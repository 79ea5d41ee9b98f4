import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Stage } from './actors.ts';

export interface SeenEvent {
  readonly id: string;
  readonly type: string;
  readonly incident: { readonly id: string; readonly number: number; readonly stage: string } | null;
}

/** A partner's tool: it subscribes with the stock client, and its selection set spans the subgraphs. */
export interface Watch {
  readonly seen: readonly SeenEvent[];
  /** Why the stream ended; undefined while it is open. */
  readonly ended: () => string | undefined;
  stop(): Promise<void>;
}

const document = `subscription Watch {
  incidentEvents {
    id
    type
    occurredAt
    incident { id number stage classification { level labelA assessment { severity } } customerNotification { state } }
  }
}`;

/** Resolves once the server has accepted the subscription's connection. */
export async function watchIncidents({ graphqlUrl, tokens }: Stage): Promise<Watch> {
  const seen: SeenEvent[] = [];
  let ended: string | undefined;
  const client = createClient({
    url: graphqlUrl.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${tokens['PARTNER'] ?? ''}` },
    retryAttempts: 0,
    lazy: false,
  });
  const connected = new Promise<void>((resolve, reject) => {
    client.on('connected', () => resolve());
    client.on('closed', (event) => reject(new Error(`The subscription was closed: ${describe(event)}`)));
  });
  await connected;
  client.subscribe<{ incidentEvents: SeenEvent }>(
    { query: document },
    {
      next: ({ data }) => {
        if (data) seen.push(data.incidentEvents);
      },
      error: (error) => (ended = describe(error)),
      complete: () => (ended ??= 'completed'),
    },
  );
  return { seen, ended: () => ended, stop: async () => client.dispose() };
}

/** What closed it, in words. */
function describe(reason: unknown): string {
  if (Array.isArray(reason)) return reason.map(describe).join('; ');
  if (reason instanceof Error) return reason.message;
  const { code, reason: text } = reason as { code?: unknown; reason?: unknown };
  return `${String(code)} ${String(text)}`;
}
