import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { signSeal } from '@tocsin/access';
import { makeKey, type TestKey } from '@tocsin/testkit';
import { openArchive, readText } from '../archive.ts';
import { describeFinding } from '../findings.ts';
import { chainCount, chainMember, headsMember, headType, rowHash, sha256, zeros } from '../format.ts';
import type { ChainLine, ChainRow } from '../format.ts';
import { verifyArchive } from '../verify.ts';
import { auditArchive } from '../write.ts';

/* Exports for specs: a trail of three heads, and what a forger does to it before or after it is exported. */

/** The chain that is not empty. */
export const chain = 3;
/** How many rows each head seals. */
const sealed = [2, 4, 6];

export interface Trail {
  readonly rows: ChainLine[];
  readonly heads: string[];
}

/** Something that happened at this second of the day. */
const rowAt = (seq: number, prev: string, second: number): ChainRow =>
  rehashed({
    ...{ seq, prev, actor: 'user:ada', action: 'assign', subject: 'incident:7f1c', body: `{"version":${seq}}` },
    ...{ at: atSecond(second), hash: '' },
  });

export const atSecond = (second: number): string => `2026-11-22T10:00:${String(second).padStart(2, '0')}.000001Z`;

export const rehashed = (row: ChainRow): ChainRow => ({ ...row, hash: rowHash('incident', chain, row) });

/** Links and hashes the rows anew from their first, as somebody does who may write to the table. */
export const relinked = (rows: readonly ChainLine[]): ChainLine[] => {
  let prev = zeros;
  return rows.map((line, index) => {
    const row = rehashed({ ...(line as ChainRow), seq: index + 1, prev });
    prev = row.hash;
    return row;
  });
};

/** Six rows at seconds 1 to 6 and a half, and three heads: after rows 2, 4, 6. */
export async function aTrail(key: TestKey): Promise<Trail> {
  const rows: ChainRow[] = [];
  for (let seq = 1; seq <= 6; seq += 1) rows.push(rowAt(seq, rows.at(-1)?.hash ?? zeros, seq * 5));
  return { rows, heads: await headsOver(rows, key) };
}

/** Seals them as the service does. */
export async function headsOver(
  rows: readonly ChainLine[],
  key: TestKey,
  { counts = sealed, n: first = 1, prev: before = zeros, service = 'incident' } = {},
): Promise<string[]> {
  const heads: string[] = [];
  for (const [index, seq] of counts.entries()) {
    const tips = Array.from({ length: chainCount }, (_, nth) =>
      nth === chain ? { chain: nth, seq, hash: rows[seq - 1]?.hash ?? zeros } : { chain: nth, seq: 0, hash: zeros },
    );
    const last = heads.at(-1);
    const prev = last === undefined ? before : sha256(last);
    const claims = { service, n: first + index, at: atSecond(seq * 5 + 2), prev, tips };
    heads.push(await signSeal(headType, claims, key.signingKey));
  }
  return heads;
}

/** Writes exports into a folder of its own. */
export interface Exporter {
  readonly key: TestKey;
  /** Exports a trail, by default with its last head, of an incident opened before the first. */
  write(trail: Trail, facts?: { readonly head?: number; readonly openedAt?: string }): Promise<string>;
  /** Exports it as the whole trail of the service. */
  writeWhole(trail: Trail): Promise<string>;
  /** Writes an archive anew with other members: a text replaces one or adds one, null takes it out. */
  rewrite(path: string, members: Readonly<Record<string, string | null>>, twice?: string): Promise<string>;
  stop(): Promise<void>;
}

export async function createExporter(): Promise<Exporter> {
  const key = await makeKey('incident');
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-audit-'));
  const save = async (content: NodeJS.ReadableStream): Promise<string> => {
    const path = join(folder, `${randomUUID()}.zip`);
    await pipeline(content, createWriteStream(path));
    return path;
  };
  return {
    key,
    write: (trail, facts) => save(auditArchive({ ...factsOf(trail), ...facts }, membersOf(trail), key.signingKey)),
    writeWhole: (trail) => save(auditArchive(wholeFactsOf(trail), membersOf(trail), key.signingKey)),
    rewrite: async (path, members, twice) => save(await rezipped(path, members, twice)),
    stop: () => rm(folder, { recursive: true }),
  };
}

const factsOf = ({ heads }: Trail) => ({
  ...{ exportId: randomUUID(), service: 'incident', incidentId: randomUUID(), exportedBy: 'user:aud' },
  head: heads.length,
  ...{ openedAt: '2026-11-22T10:00:00.000Z', exportedAt: '2026-11-22T10:00:40.000Z' },
});

const wholeFactsOf = (trail: Trail) => {
  const { incidentId: _, openedAt: __, ...facts } = factsOf(trail);
  return facts;
};

const membersOf = ({ rows, heads }: Trail) => [
  { name: 'incident.json', lines: ['{"stage":"DETECT"}'] },
  { name: headsMember, lines: heads },
  ...Array.from({ length: chainCount }, (_, nth) => ({
    name: chainMember(nth),
    lines: nth === chain ? rows.map((row) => JSON.stringify(row)) : [],
  })),
];

async function rezipped(
  path: string,
  members: Readonly<Record<string, string | null>>,
  twice?: string,
): Promise<NodeJS.ReadableStream> {
  const archive = await openArchive(path);
  const zip = new ZipFile();
  for (const name of new Set([...archive.names, ...Object.keys(members)])) {
    const replaced = members[name];
    const text = replaced === undefined ? await readText(archive, name) : replaced;
    if (text === null) continue;
    zip.addBuffer(Buffer.from(text), name);
    if (name === twice) zip.addBuffer(Buffer.from(text), name);
  }
  archive.close();
  zip.end();
  return zip.outputStream;
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

/** What the verifier finds, as the tool prints it up to the explanation. */
export async function problemsIn(path: string, key: TestKey, outside: readonly string[] = []): Promise<string[]> {
  const { findings } = await verifyArchive({ path, keysOf: () => key.publicJwks, outsideHeads: each(outside) });
  return findings.map((finding) => describeFinding(finding).split(':')[0] ?? '');
}
