import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createSafeRequest,
  egressConfig,
  egressRulesOf,
  loadConfig,
  type EgressRules,
  type Resolve,
  type SafeRequestOptions,
} from './index.ts';
import { parseCidr } from './public-address.ts';

const strict: EgressRules = { deny: [], allow: [] };
const loopback: EgressRules = { deny: [], allow: [parseCidr('127.0.0.0/8')] };
const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' } as const;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A real server on loopback, and how often it was asked. */
async function aServer(handle: RequestListener): Promise<{ port: number; asked: () => number }> {
  let asked = 0;
  const server = createServer((incoming, response) => {
    asked += 1;
    handle(incoming, response);
  });
  const port = await listen(server);
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return { port, asked: () => asked };
}

const listen = (server: Pick<Server, 'listen' | 'address'>): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

const ok: RequestListener = (_, response) => response.end('ok');
const answering =
  (...addresses: string[]): Resolve =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
const send = (url: string, rules = strict, options: SafeRequestOptions = {}) =>
  createSafeRequest(rules, options)(url, post);

describe('S-37 a URL is refused before anything is sent', () => {
  it.each([
    'not a url',
    'file:///etc/passwd',
    'ftp://receiver.example/',
    'http://receiver.example/',
    'https://receiver.example:80/',
    'https://receiver.example:22/',
    'https://user@receiver.example/',
    'https://user:password@receiver.example/',
    'https://:password@receiver.example/',
  ])('%s', async (url) => {
    const resolve: Resolve = () => Promise.reject(new Error('looked up'));
    await expect(send(url, strict, { resolve })).rejects.toMatchObject({ name: 'EgressRefused' });
    expect(() => createSafeRequest(strict).check(url)).toThrow();
  });

  it.each(['https://receiver.example/', 'https://receiver.example:443/x?y', 'https://receiver.example:8443/'])(
    'but not %s',
    (url) => {
      expect(() => createSafeRequest(strict).check(url)).not.toThrow();
    },
  );
});

describe('S-36 a literal address is judged although it is never looked up', () => {
  it.each([
    'https://127.1/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://0177.1/',
    'https://127.0.0.1:8443/',
    'https://[::1]/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fd00:ec2::254]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.100.100.200/',
    'https://192.0.0.192/',
    'https://168.63.129.16/',
  ])('%s', async (url) => {
    await expect(send(url)).rejects.toMatchObject({ name: 'EgressRefused' });
  });

  it.each(['https://93.184.216.34/', 'https://[2606:4700::1111]/'])('but not %s', (url) => {
    expect(() => createSafeRequest(strict).check(url)).not.toThrow();
  });
});

describe('S-36 what a name resolves to is judged inside connect', () => {
  it.each([
    ['one inner address', ['127.0.0.1']],
    ['an inner one beside public ones', ['93.184.216.34', '2606:4700::1111', '10.0.0.1']],
    ['an inner one first', ['::1', '93.184.216.34']],
    ['none at all', []],
  ])('%s refuses', async (_, addresses) => {
    const refused = send('https://receiver.example/', strict, { resolve: answering(...addresses) });
    await expect(refused).rejects.toMatchObject({ name: 'EgressRefused' });
  });

  it('a name of the system that means loopback is refused', async () => {
    await expect(send('https://localhost/')).rejects.toMatchObject({ name: 'EgressRefused' });
  });

  it('the address that was judged is the one that is dialled, so that rebinding gains nothing', async () => {
    const { port, asked } = await aServer(ok);
    const answers = ['127.0.0.1', '10.0.0.1'];
    const resolve: Resolve = () => answering(answers.shift() ?? '')('');
    const request = createSafeRequest(loopback, { resolve });
    const url = `http://receiver.example:${String(port)}/`;
    expect(await request(url, post)).toEqual({ status: 200, body: 'ok' });
    await expect(request(url, post)).rejects.toMatchObject({ name: 'EgressRefused' });
    expect(asked()).toBe(1);
  });

  it('a name that does not resolve is an error, not a connection', async () => {
    const resolve: Resolve = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    await expect(send('https://receiver.example/', strict, { resolve })).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('without TLS only an expressly allowed address is dialled, whatever the name', async () => {
    const resolve = answering('93.184.216.34');
    await expect(send('http://receiver.example/', loopback, { resolve })).rejects.toMatchObject({
      name: 'EgressRefused',
    });
  });
});

describe('S-37 an answer', () => {
  const to = (port: number, options: SafeRequestOptions = {}) =>
    send(`http://127.0.0.1:${String(port)}/hook`, loopback, options);

  it('is the status, and what we sent arrived', async () => {
    const seen: unknown[] = [];
    const { port } = await aServer((incoming, response) => {
      incoming.on('data', (chunk: Buffer) => seen.push(chunk.toString(), incoming.headers['user-agent'], incoming.url));
      incoming.on('end', () => response.writeHead(202).end());
    });
    expect(await to(port)).toEqual({ status: 202, body: '' });
    expect(seen).toEqual([post.body, 'Tocsin', '/hook']);
  });

  it.each([301, 302, 303, 307, 308])('%d is not followed', async (status) => {
    const inner = await aServer(ok);
    const { port } = await aServer((_, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${String(inner.port)}/` }).end(),
    );
    expect(await to(port)).toMatchObject({ status });
    expect(inner.asked()).toBe(0);
  });

  it('without end is cut at 4 KB', async () => {
    const { port } = await aServer((_, response) => {
      const more = (): void => {
        if (response.writable) response.write('x'.repeat(1_000), () => setImmediate(more));
      };
      more();
    });
    const { status, body } = await to(port);
    expect({ status, length: body.length }).toEqual({ status: 200, length: 4_096 });
  });

  it.each([
    ['never comes', () => undefined],
    ['drips', (_: unknown, response: { write(text: string): void }) => response.write('x')],
  ] as [string, RequestListener][])('that %s is given up', async (_, handle) => {
    const { port } = await aServer(handle);
    await expect(to(port, { totalMs: 200 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('that is cut off is an error', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    const port = await listen(server as unknown as Server);
    closers.push(() => new Promise((resolve) => server.close(() => resolve())));
    await expect(to(port)).rejects.toThrow();
  });

  it('of a server that a proxy setting names is never asked for', async () => {
    const proxy = await aServer(ok);
    const { port, asked } = await aServer(ok);
    process.env['HTTP_PROXY'] = process.env['http_proxy'] = `http://127.0.0.1:${String(proxy.port)}`;
    try {
      await to(port);
    } finally {
      delete process.env['HTTP_PROXY'];
      delete process.env['http_proxy'];
    }
    expect([proxy.asked(), asked()]).toEqual([0, 1]);
  });
});

describe('S-37 the settings', () => {
  const rulesOf = (env: NodeJS.ProcessEnv) => egressRulesOf(loadConfig(egressConfig, env));

  it('allow nothing that is not public unless told', () => {
    expect(rulesOf({})).toEqual({ deny: [], allow: [] });
  });
  it('name ranges, and what is none is refused', () => {
    expect(rulesOf({ TOCSIN_WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8, ::1/128' }).allow).toHaveLength(2);
    expect(() => rulesOf({ TOCSIN_EGRESS_DENY: 'everything' })).toThrow('TOCSIN_EGRESS_DENY');
  });
  it('refuse in production to call what is not public', () => {
    const env = { NODE_ENV: 'production', TOCSIN_WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8' };
    expect(() => rulesOf(env)).toThrow('TOCSIN_WEBHOOK_ALLOW_CIDRS');
    expect(rulesOf({ NODE_ENV: 'production', TOCSIN_EGRESS_DENY: '1.2.3.0/24' }).deny).toHaveLength(1);
  });
});
