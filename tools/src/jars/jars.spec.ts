import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureJars } from './jars.ts';
import type { JarsLock } from './jars-lock.ts';

const jar = Buffer.from('the classes of the broker');
const other = Buffer.from('the classes of its library');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const lock: JarsLock = {
  version: '9.9.9',
  jars: [
    { coordinates: 'org.example:broker:9.9.9', bytes: jar.length, sha256: sha256(jar) },
    { coordinates: 'org.example.deep:library:1:all', bytes: other.length, sha256: sha256(other) },
  ],
};

let cacheDir: string;
let served: Map<string, Buffer>;
let requests: string[];
let server: Server;
let repository: string;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'tocsin-jars-'));
  requests = [];
  served = new Map([
    ['/maven/org/example/broker/9.9.9/broker-9.9.9.jar', jar],
    ['/maven/org/example/deep/library/1/library-1-all.jar', other],
  ]);
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const body = served.get(request.url ?? '');
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  repository = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/maven`;
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(cacheDir, { recursive: true });
});

const fetchJars = (): Promise<string> =>
  ensureJars({
    ...{ program: 'Kafka', lock, cacheDir, repository, orElse: 'set KAFKA_BROKERS' },
    showProgress: () => ({ add: () => undefined, end: () => undefined }),
  });

const serveInstead = (bytes: Buffer): void => {
  served.set('/maven/org/example/broker/9.9.9/broker-9.9.9.jar', bytes);
};

describe('the jars of a program', () => {
  it('are fetched from the repository that is set, once', async () => {
    const folder = await fetchJars();
    expect(folder).toBe(join(cacheDir, 'kafka', '9.9.9'));
    expect((await readdir(folder)).sort()).toEqual(['broker-9.9.9.jar', 'library-1-all.jar']);
    expect(await readFile(join(folder, 'broker-9.9.9.jar'))).toEqual(jar);
    await fetchJars();
    expect(requests).toHaveLength(2);
  });

  it('are refused when one has the right length but another checksum, and nothing of them is kept', async () => {
    serveInstead(Buffer.from(jar).fill('x', 0, 1));
    await expect(fetchJars()).rejects.toThrow(/is not the jar that jars.lock.json names/);
    expect(await readdir(join(cacheDir, 'kafka'))).toEqual([]);
  });

  it('are refused when one is longer than locked', async () => {
    serveInstead(Buffer.concat([jar, Buffer.from('more')]));
    await expect(fetchJars()).rejects.toThrow(/is not the jar/);
  });

  it('are fetched anew when a file in the cache was cut short', async () => {
    const folder = await fetchJars();
    await rm(join(folder, 'library-1-all.jar'));
    await fetchJars();
    expect(await readFile(join(folder, 'library-1-all.jar'))).toEqual(other);
    expect(await readdir(join(cacheDir, 'kafka'))).toEqual(['9.9.9']);
  });

  it('are fetched by several starts at once without harm', async () => {
    const folders = await Promise.all(Array.from({ length: 4 }, () => fetchJars()));
    expect(new Set(folders).size).toBe(1);
    expect((await readdir(folders[0] ?? '')).sort()).toEqual(['broker-9.9.9.jar', 'library-1-all.jar']);
    expect(await readdir(join(cacheDir, 'kafka'))).toEqual(['9.9.9']);
  });

  it('cannot be had: the error names the two settings that help', async () => {
    served.clear();
    const failure = expect(fetchJars()).rejects;
    await failure.toThrow(/TOCSIN_MAVEN_REPOSITORY[^]*KAFKA_BROKERS/);
  });
});
