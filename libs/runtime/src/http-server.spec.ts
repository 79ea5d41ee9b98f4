import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BodyTooLarge,
  createHealth,
  createHttpServer,
  createLogger,
  createMetrics,
  readBody,
  type HttpServer,
  type Part,
} from './index.ts';

const log = createLogger('spec', 'silent');
let server: HttpServer | undefined;
afterEach(async () => server?.stop());

async function serve(handle: Parameters<typeof createHttpServer>[0]['handle']): Promise<string> {
  server = createHttpServer({ name: 'spec', host: '127.0.0.1', port: 0, log, handle });
  await server.start();
  return `http://127.0.0.1:${String(server.port())}`;
}

/** Sends chunks without saying how long they are together. */
const sendChunks = (url: string, chunks: readonly string[]): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject);
    for (const chunk of chunks) outgoing.write(chunk);
    outgoing.end();
  });

describe('readBody', () => {
  const limited = (): Promise<string> =>
    serve(async (incoming, response) => {
      try {
        response.end(await readBody(incoming, 10));
      } catch (error) {
        response.writeHead(error instanceof BodyTooLarge ? 413 : 500).end();
      }
    });

  it('reads up to the limit, every byte', async () => {
    const url = await limited();
    const answer = await fetch(url, { method: 'POST', body: '0123456789' });
    expect(await answer.text()).toBe('0123456789');
    expect(await (await fetch(url, { method: 'POST', body: 'é' })).text()).toBe('é');
    expect(await (await fetch(url, { method: 'POST' })).text()).toBe('');
  });

  it('refuses one byte more, whether the length was declared or not', async () => {
    const url = await limited();
    expect((await fetch(url, { method: 'POST', body: '0123456789a' })).status).toBe(413);
    expect(await sendChunks(url, ['01234', '56789'])).toBe(200);
    expect(await sendChunks(url, ['01234', '56789', 'a'])).toBe(413);
  });
});

describe('an HTTP server', () => {
  it('answers 500 without a word when its handler throws', async () => {
    const url = await serve(() => Promise.reject(new Error('secret')));
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([500, '']);
  });

  it('is ready while it listens, and fails to start on a port that is taken', async () => {
    await serve(() => Promise.resolve());
    expect(server?.ready()).toBe(true);
    const port = server?.port() ?? 0;
    const second = createHttpServer({ name: 'second', host: '127.0.0.1', port, log, handle: () => Promise.resolve() });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await server?.stop();
    expect(server?.ready()).toBe(false);
  });
});

describe('health', () => {
  const part = (name: string, ready: Part['ready']): Part => ({
    name,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    ready,
  });

  const serveHealth = (parts: readonly Part[]): Promise<string> => {
    const health = createHealth(() => parts, createMetrics('spec'));
    return serve(async (incoming, response) => {
      if (!(await health(incoming, response))) response.writeHead(404).end();
    });
  };

  it('is ready when every part is', async () => {
    const url = await serveHealth([part('database', () => true), part('relay', () => Promise.resolve(true))]);
    const answer = await fetch(`${url}/health/ready`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready', waitingFor: [] }]);
  });

  it('answers 503 and names the parts that are not, and is live all the same', async () => {
    const url = await serveHealth([
      part('database', () => true),
      part('relay', () => false),
      part('consumer', () => Promise.reject(new Error('secret'))),
    ]);
    const answer = await fetch(`${url}/health/ready`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not ready', waitingFor: ['relay', 'consumer'] },
    ]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('serves the metrics of its service', async () => {
    const url = await serveHealth([]);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/process_cpu_seconds_total\{service="spec"\}/);
  });

  it('leaves other paths and methods to others', async () => {
    const url = await serveHealth([]);
    expect((await fetch(`${url}/graphql`)).status).toBe(404);
    expect((await fetch(`${url}/health/live`, { method: 'POST' })).status).toBe(404);
  });
});
