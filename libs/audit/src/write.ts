import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { signSeal, type SigningKey } from '@tocsin/access';
import {
  formatName,
  manifestMember,
  manifestType,
  sha256,
  signatureMember,
  trailFormatName,
  type IncidentManifest,
  type Manifest,
  type ManifestSeal,
  type TrailManifest,
} from './format.ts';

/** A file of the export. Its lines are made as it is written: each is a text without line feed. */
export interface Member {
  readonly name: string;
  readonly lines: AsyncIterable<string> | Iterable<string>;
}

/** Of one incident's export, or of a whole trail's. */
export type ExportFacts = Omit<IncidentManifest, 'format' | 'members'> | Omit<TrailManifest, 'format' | 'members'>;

const manifestOf = (facts: ExportFacts, members: Manifest['members']): Manifest =>
  'incidentId' in facts ? { format: formatName, ...facts, members } : { format: trailFormatName, ...facts, members };

/**
 * An audit export as a ZIP archive, made while it is read: it is never whole in memory. Its last members are the
 * manifest, with the digest of every other one, and the signature over the manifest.
 *
 * @param members in the order of the archive; each is read to its end before the next is begun.
 */
export function auditArchive(facts: ExportFacts, members: readonly Member[], key: SigningKey): Readable {
  const zip = new ZipFile();
  const out = zip.outputStream as Readable;
  zip.on('error', (error) => out.destroy(error as Error));
  const listed: Manifest['members'][number][] = [];
  const mtime = new Date(facts.exportedAt);
  const add = (name: string, make: () => AsyncIterable<Buffer>): void => {
    zip.addReadStreamLazy(name, { mtime }, (done) => {
      const content = Readable.from(make(), { objectMode: false });
      content.on('error', (error) => out.destroy(error));
      done(null, content);
    });
  };
  for (const member of members) add(member.name, () => measured(member, (entry) => listed.push(entry)));
  let manifest = '';
  add(manifestMember, async function* () {
    manifest = `${JSON.stringify(manifestOf(facts, listed), null, 2)}\n`;
    yield Promise.resolve(Buffer.from(manifest));
  });
  add(signatureMember, async function* () {
    const seal: ManifestSeal = { exportId: facts.exportId, sha256: sha256(manifest) };
    yield Buffer.from(`${await signSeal(manifestType, seal, key)}\n`);
  });
  zip.end();
  return out;
}

async function* measured(
  { name, lines }: Member,
  done: (entry: Manifest['members'][number]) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let [bytes, count] = [0, 0];
  for await (const line of lines) {
    const chunk = Buffer.from(`${line}\n`);
    hash.update(chunk);
    bytes += chunk.length;
    count += 1;
    yield chunk;
  }
  done({ name, bytes, lines: count, sha256: hash.digest('hex') });
}
