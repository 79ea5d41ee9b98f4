import { openSeal, type PublicJwks } from '@tocsin/access';
import { measure, openArchive, readText, type Archive } from './archive.ts';
import { checkChain, type CheckedChain, type SealedTip } from './chain.ts';
import type { Finding } from './findings.ts';
import {
  chainCount,
  chainMember,
  headsMember,
  Manifest,
  manifestMember,
  ManifestSeal,
  manifestType,
  sha256,
  signatureMember,
  trailFormatName,
  type HeadClaims,
} from './format.ts';
import { checkHeads } from './heads.ts';
import { linesOf } from './lines.ts';

export interface Verification {
  /** Null if there is none that can be read. */
  readonly manifest: Manifest | null;
  /** What is wrong: the chains first, then the heads, then the archive. None: the export is what was sealed. */
  readonly findings: readonly Finding[];
  /** How many rows the chains have, how many of them are in full, and how many heads there are. */
  readonly counts: { readonly rows: number; readonly whole: number; readonly heads: number };
}

export interface VerifyOptions {
  readonly path: string;
  /** The public keys of a service, from somewhere else than the archive. */
  readonly keysOf: (service: string) => PublicJwks;
  /** Heads that were kept outside the database, one JWS a line; without them a tail that was cut off together with its heads is not noticed. */
  readonly outsideHeads?: AsyncIterable<string>;
}

const nothing = { rows: 0, whole: 0, heads: 0 };

/** Verifies an audit export by itself: it asks no database and no network. @throws Error if the file cannot be read. */
export async function verifyArchive({ path, keysOf, outsideHeads = none() }: VerifyOptions): Promise<Verification> {
  const archive = await openArchive(path);
  try {
    const text = await readText(archive, manifestMember);
    const manifest = parseManifest(text);
    if (manifest === null) {
      const detail = `${manifestMember} is missing, or of another format`;
      return { manifest, findings: [{ problem: 'MANIFEST', detail }], counts: nothing };
    }
    const keys = keysOf(manifest.service);
    const { heads, findings: ofHeads } = await checkHeads(
      linesOf(archive.read(headsMember)),
      manifest,
      keys,
      outsideHeads,
    );
    const chains = await checkChains(archive, manifest, heads);
    const findings = [
      ...chains.flatMap(({ finding }) => finding ?? []),
      ...ofHeads,
      ...(await checkMembers(archive, manifest)),
      ...(await checkSignature(archive, manifest, text, keys)),
    ];
    const sum = (count: (chain: CheckedChain) => number) => chains.reduce((total, chain) => total + count(chain), 0);
    return {
      manifest,
      findings,
      counts: { rows: sum(({ rows }) => rows), whole: sum(({ whole }) => whole), heads: heads.length },
    };
  } finally {
    archive.close();
  }
}

async function checkChains(
  archive: Archive,
  { service, format }: Manifest,
  heads: readonly HeadClaims[],
): Promise<CheckedChain[]> {
  const isInFull = format === trailFormatName;
  const checked: CheckedChain[] = [];
  for (let chain = 0; chain < chainCount; chain += 1) {
    const tips = heads.flatMap(({ n, at, tips: ends }): SealedTip[] =>
      ends.filter((tip) => tip.chain === chain).map(({ seq, hash }) => ({ n, at, seq, hash })),
    );
    checked.push(await checkChain({ service, chain, isInFull, tips }, linesOf(archive.read(chainMember(chain)))));
  }
  return checked;
}

/** Exactly the members that the manifest lists, each with its digest. */
async function checkMembers(archive: Archive, { members }: Manifest): Promise<Finding[]> {
  const expected = [...members.map(({ name }) => name), manifestMember, signatureMember];
  const findings: Finding[] = [];
  const wrong = (detail: string): number => findings.push({ problem: 'MANIFEST', detail });
  for (const name of expected) if (!archive.names.includes(name)) wrong(`${name} is missing`);
  for (const [index, name] of archive.names.entries()) {
    if (!expected.includes(name)) wrong(`${name} is not listed`);
    if (archive.names.indexOf(name) !== index) wrong(`${name} is there twice`);
  }
  for (const member of members) {
    const found = await measure(archive, member.name);
    if (found.sha256 !== member.sha256 || found.bytes !== member.bytes || found.lines !== member.lines)
      wrong(`${member.name} is not what was exported`);
  }
  return findings;
}

async function checkSignature(
  archive: Archive,
  { exportId }: Manifest,
  text: string,
  keys: PublicJwks,
): Promise<Finding[]> {
  try {
    const jws = (await readText(archive, signatureMember)).trimEnd();
    const seal = ManifestSeal.parse(await openSeal(manifestType, jws, keys));
    if (seal.exportId === exportId && seal.sha256 === sha256(text)) return [];
    return [{ problem: 'SIGNATURE', detail: 'it was made for another manifest' }];
  } catch (error) {
    return [{ problem: 'SIGNATURE', detail: `the manifest cannot be trusted: ${(error as Error).message}` }];
  }
}

function parseManifest(text: string): Manifest | null {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function* none(): AsyncGenerator<string> {
  // No heads were kept outside.
}
