import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { linesOf, sha256, statedClaims, type HeadClaims } from '@tocsin/audit';

/** A file of heads of all services, one JWS a line, which only grows. */
export interface HeadsBook {
  /** Appends a head that was proven, if it is not there yet. */
  keep(jws: string, claims: HeadClaims): Promise<void>;
  /** What is there of each service, and what is wrong with it. */
  summary(): readonly Sequence[];
  /** Flushes it to the disk. */
  close(): Promise<void>;
}

/** The heads of one service, in the order of their numbers. */
export interface Sequence {
  readonly service: string;
  readonly heads: number;
  readonly first: number;
  readonly last: number;
  /** How many were appended now. */
  readonly added: number;
  /** A gap, or two histories: each is the beginning of what `verify-audit` will say of an export. */
  readonly problems: readonly string[];
}

interface Known {
  readonly n: number;
  readonly prev: string;
  /** SHA-256 of the JWS. */
  readonly digest: string;
  readonly isNew: boolean;
}

/** Opens or makes it; a line that a crash cut short is cut off. @throws Error for a line that is no head. */
export async function openHeadsBook(path: string): Promise<HeadsBook> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+', 0o600);
  try {
    const known = new Map<string, Map<string, Known>>();
    const note = (jws: string, { service, n, prev }: HeadClaims, isNew: boolean): boolean => {
      const digest = sha256(jws);
      const ofService = known.get(service) ?? new Map<string, Known>();
      known.set(service, ofService);
      if (ofService.has(digest)) return false;
      ofService.set(digest, { n, prev, digest, isNew });
      return true;
    };
    for await (const jws of wholeLines(file)) note(jws, statedClaims(jws), false);
    return {
      keep: async (jws, claims) => {
        if (note(jws, claims, true)) await file.write(`${jws}\n`);
      },
      summary: () => [...known].map(([service, heads]) => sequenceOf(service, [...heads.values()])),
      close: async () => {
        await file.sync();
        await file.close();
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Cuts off what does not end in a line feed. */
async function* wholeLines(file: FileHandle): AsyncGenerator<string> {
  const { size } = await file.stat();
  let end = 0;
  const content = file.createReadStream({ start: 0, autoClose: false });
  for await (const line of linesOf(content as AsyncIterable<Uint8Array>)) {
    end += Buffer.byteLength(line) + 1;
    if (end <= size) yield line;
    else await file.truncate(end - Buffer.byteLength(line) - 1);
  }
}

function sequenceOf(service: string, heads: readonly Known[]): Sequence {
  const sorted = [...heads].sort((a, b) => a.n - b.n);
  const problems = sorted.flatMap((head, nth) => problemAfter(sorted[nth - 1], head) ?? []);
  const [first, last] = [sorted[0]?.n ?? 0, sorted.at(-1)?.n ?? 0];
  return { service, heads: heads.length, first, last, added: heads.filter(({ isNew }) => isNew).length, problems };
}

function problemAfter(before: Known | undefined, { n, prev }: Known): string | null {
  if (before === undefined) return null;
  if (n === before.n) return `FORKED: there are two heads ${String(n)}`;
  if (n > before.n + 1) return `HEAD_MISSING: ${missing(before.n + 1, n - 1)}`;
  return prev === before.digest ? null : `FORKED: head ${String(n)} continues another head ${String(before.n)}`;
}

const missing = (from: number, to: number): string =>
  from === to ? `head ${String(from)} is not there` : `heads ${String(from)} to ${String(to)} are not there`;
