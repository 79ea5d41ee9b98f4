import { openSeal, type PublicJwks } from '@tocsin/access';
import type { Finding } from './findings.ts';
import { headType, HeadClaims, sha256, zeros, type Manifest } from './format.ts';

export interface SealedHead {
  readonly claims: HeadClaims;
  readonly jws: string;
}

export interface CheckedHeads {
  /** Those of the export and those from outside, each once. */
  readonly heads: readonly HeadClaims[];
  readonly findings: readonly Finding[];
}

/**
 * Checks the sequence of heads: each signed, each naming its predecessor, from before the incident was opened (of a whole
 * trail: from the first) up to the one that was sealed for the export.
 *
 * @param outside heads that were kept elsewhere: those up to the export must be in it.
 */
export async function checkHeads(
  lines: AsyncIterable<string>,
  manifest: Manifest,
  keys: PublicJwks,
  outside: AsyncIterable<string>,
): Promise<CheckedHeads> {
  const findings: Finding[] = [];
  const heads = await readHeads(lines, manifest, keys, findings);
  const [first, last] = [heads[0], heads.at(-1)];
  if (first === undefined || !reachesBack(first, manifest))
    findings.push({ problem: 'HEAD_MISSING', detail: `none is from before ${beginOf(manifest)}` });
  for (const [index, head] of heads.entries()) findings.push(...linkOf(heads[index - 1], head));
  if (last?.claims.n !== manifest.head)
    findings.push({ problem: 'HEAD_MISSING', detail: `head ${manifest.head}, sealed for the export, is not the last` });
  const kept = await readHeads(outside, manifest, keys, findings);
  const relevant = kept.filter(({ claims }) => last !== undefined && claims.at <= last.claims.at);
  findings.push(...compare(heads, relevant));
  const distinct = new Map([...heads, ...relevant].map(({ jws, claims }) => [jws, claims]));
  return { heads: [...distinct.values()].sort((a, b) => a.n - b.n), findings };
}

async function readHeads(
  lines: AsyncIterable<string>,
  { service }: Manifest,
  keys: PublicJwks,
  findings: Finding[],
): Promise<SealedHead[]> {
  const heads: SealedHead[] = [];
  for await (const jws of lines) {
    try {
      // A file that was kept outside may hold the heads of all services, each sealed with a key of its own.
      if (statedService(jws) !== service) continue;
      heads.push({ claims: await openHead(jws, keys), jws });
    } catch (error) {
      findings.push({ problem: 'SIGNATURE', detail: `a head cannot be trusted: ${(error as Error).message}` });
    }
  }
  return heads;
}

/** What the service sealed. @throws Error if it is no head, or not sealed with one of these keys. */
export const openHead = async (jws: string, keys: PublicJwks): Promise<HeadClaims> =>
  HeadClaims.parse(await openSeal(headType, jws, keys));

/** What a head says of itself, before anybody vouches for it. @throws Error if it is no head. */
export const statedClaims = (jws: string): HeadClaims => HeadClaims.parse(payloadOf(jws));

const payloadOf = (jws: string): unknown =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));

/** A head that cannot be read is nobody else's. */
const statedService = (jws: string): unknown => (payloadOf(jws) as { readonly service?: unknown } | null)?.service;

const reachesBack = ({ claims }: SealedHead, manifest: Manifest): boolean =>
  claims.n === 1 || ('openedAt' in manifest && claims.at < manifest.openedAt);

const beginOf = (manifest: Manifest): string => ('openedAt' in manifest ? manifest.openedAt : 'the first row');

function linkOf(before: SealedHead | undefined, { claims }: SealedHead): Finding[] {
  if (before === undefined)
    return claims.n === 1 && claims.prev !== zeros ? [forked(claims.n, 'the first head follows another')] : [];
  const due = before.claims.n + 1;
  if (claims.n > due) return [{ problem: 'HEAD_MISSING', detail: `head ${due} is not there; the next is ${claims.n}` }];
  if (claims.n < due) return [forked(claims.n, `it stands behind head ${before.claims.n}`)];
  if (claims.prev !== sha256(before.jws)) return [forked(claims.n, 'it continues another head than the one before it')];
  if (claims.at < before.claims.at)
    return [{ problem: 'BACKDATED', detail: `head ${claims.n} is dated ${claims.at}, before the one before it` }];
  return [];
}

const forked = (n: number, detail: string): Finding => ({ problem: 'FORKED', detail: `head ${n}: ${detail}` });

/** What was kept outside must be inside, in the same words; heads from before the export begins may be outside only. */
function compare(inside: readonly SealedHead[], outside: readonly SealedHead[]): Finding[] {
  const known = new Map(inside.map((head) => [head.claims.n, head.jws]));
  const begin = inside[0]?.claims.n ?? 1;
  return outside.flatMap(({ claims: { n }, jws }): Finding[] => {
    const same = known.get(n);
    if (same === jws || n < begin) return [];
    if (same === undefined) return [{ problem: 'HEAD_MISSING', detail: `head ${n} was kept outside and is not here` }];
    return [forked(n, 'another one was kept outside')];
  });
}
