import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Part } from './lifecycle.ts';
import type { Metrics } from './metrics.ts';

/** Answers the operational paths; false if the request is for somebody else. */
export type HealthHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * GET /health/live (the process runs), /health/ready (every part can do its work; 503 names those that cannot) and
 * /metrics. The answer of `ready` is kept for a second, so that probes cost nothing.
 */
export function createHealth(parts: () => readonly Part[], metrics: Metrics): HealthHandler {
  let known: { readonly at: number; readonly waitingFor: readonly string[] } | undefined;
  const check = async (): Promise<readonly string[]> => {
    if (known !== undefined && Date.now() - known.at < 1_000) return known.waitingFor;
    const answers = await Promise.all(parts().map(async (part) => ({ name: part.name, ready: await isReady(part) })));
    const waitingFor = answers.filter(({ ready }) => !ready).map(({ name }) => name);
    known = { at: Date.now(), waitingFor };
    return waitingFor;
  };
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    switch (request.url) {
      case '/health/live':
        send(response, 200, { status: 'live' });
        return true;
      case '/health/ready': {
        const waitingFor = await check();
        send(response, waitingFor.length === 0 ? 200 : 503, {
          status: waitingFor.length === 0 ? 'ready' : 'not ready',
          waitingFor,
        });
        return true;
      }
      case '/metrics':
        response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' });
        response.end(await metrics.metrics());
        return true;
      default:
        return false;
    }
  };
}

async function isReady(part: Part): Promise<boolean> {
  try {
    return await part.ready();
  } catch {
    return false;
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
