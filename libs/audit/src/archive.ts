import { createHash } from 'node:crypto';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { Manifest } from './format.ts';

/** A ZIP archive that is read member by member, never whole in memory. */
export interface Archive {
  /** In the order of the archive; a name may come twice. */
  readonly names: readonly string[];
  /** The content of a member, of the first if there are several; empty if there is none. */
  read(name: string): AsyncIterable<Uint8Array>;
  close(): void;
}

/** @throws Error if it is no ZIP archive. */
export async function openArchive(path: string): Promise<Archive> {
  const zip = await openPromise(path, { autoClose: false });
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return {
    names: entries.map(({ fileName }) => fileName),
    read: (name) =>
      contentOf(
        zip,
        entries.find(({ fileName }) => fileName === name),
      ),
    close: () => zip.close(),
  };
}

async function* contentOf(zip: ZipFile, entry: Entry | undefined): AsyncGenerator<Uint8Array> {
  if (entry !== undefined) yield* (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>;
}

/** Bytes, lines and digest of a member, as a manifest lists it. */
export async function measure(archive: Archive, name: string): Promise<Manifest['members'][number]> {
  const hash = createHash('sha256');
  let [bytes, lines] = [0, 0];
  for await (const chunk of archive.read(name)) {
    hash.update(chunk);
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 0x0a) lines += 1;
  }
  return { name, bytes, lines, sha256: hash.digest('hex') };
}

/** A small member as text. @throws Error if it is larger than 1 MiB. */
export async function readText(archive: Archive, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of archive.read(name)) {
    size += chunk.length;
    if (size > 1_048_576) throw new Error(`${name} is too large.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
