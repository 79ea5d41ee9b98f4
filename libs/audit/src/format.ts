import { createHash } from 'node:crypto';
import { z } from 'zod';

/* The format of an audit export, as docs/how-to/verify-an-audit-export.md tells it to auditors. */

export const formatName = 'tocsin-audit-export/1';
export const trailFormatName = 'tocsin-audit-trail/1';
export const headType = 'tocsin-head+jwt';
export const manifestType = 'tocsin-audit-export+jwt';

/** How many hash chains a service keeps (`security.md` section 7). */
export const chainCount = 16;
/** What the first row of a chain, and the first head, follow. */
export const zeros = '0'.repeat(64);

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** UTC, 6 decimals, so that the order of the texts is the order of the instants. */
const Micros = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/);
const Seq = z.int().positive();

/** The place of a row about something else: that it is there, and what it is linked to, but not what it says. */
const Link = z.strictObject({ seq: Seq, prev: Sha256, hash: Sha256 });
/** A row in full. */
const Row = Link.extend({
  at: Micros,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  /** RFC 8785 text, as it was hashed. */
  body: z.string(),
});
export type ChainRow = z.infer<typeof Row>;
export type ChainLink = z.infer<typeof Link>;

/** A line of `audit/<chain>.ndjson`. */
export const ChainLine = z.union([Row, Link]);
export type ChainLine = ChainRow | ChainLink;

export const isWhole = (line: ChainLine): line is ChainRow => 'body' in line;

/** The ends of all chains of a service at one instant (S-40). */
export const HeadClaims = z.object({
  service: z.string(),
  /** 1, and one more for each head of the service. */
  n: z.int().positive(),
  at: Micros,
  /** SHA-256 of the JWS of head n - 1. */
  prev: Sha256,
  tips: z
    .array(
      z.object({
        chain: z
          .int()
          .min(0)
          .max(chainCount - 1),
        seq: z.int().nonnegative(),
        hash: Sha256,
      }),
    )
    .length(chainCount),
});
export type HeadClaims = z.infer<typeof HeadClaims>;

const common = {
  exportId: z.uuid(),
  service: z.string(),
  exportedAt: z.iso.datetime(),
  exportedBy: z.string(),
  /** The number of the head that was sealed for this export; the chains end where it says. */
  head: z.int().positive(),
  members: z.array(
    z.object({ name: z.string(), bytes: z.int().nonnegative(), lines: z.int().nonnegative(), sha256: Sha256 }),
  ),
};

/** Of one incident: its own rows in full, all others as links. */
const IncidentManifest = z.object({
  format: z.literal(formatName),
  ...common,
  incidentId: z.uuid(),
  /** When the incident was opened; heads from then on are in the archive, and the last one before. */
  openedAt: z.iso.datetime(),
});
export type IncidentManifest = z.infer<typeof IncidentManifest>;

/** Of the whole trail of a service: every row in full, and every head. */
const TrailManifest = z.object({ format: z.literal(trailFormatName), ...common });
export type TrailManifest = z.infer<typeof TrailManifest>;

/** `manifest.json`: what the archive is, and the digest of everything in it. */
export const Manifest = z.discriminatedUnion('format', [IncidentManifest, TrailManifest]);
export type Manifest = z.infer<typeof Manifest>;

/** What the signature over the manifest says. */
export const ManifestSeal = z.object({ exportId: z.uuid(), sha256: Sha256 });
export type ManifestSeal = z.infer<typeof ManifestSeal>;

export const chainMember = (chain: number): string => `audit/${String(chain).padStart(2, '0')}.ndjson`;
export const headsMember = 'heads.jws';
export const manifestMember = 'manifest.json';
export const signatureMember = 'signature.jws';

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The hash of a row: over its place, what it says, and its predecessor's hash. */
export function rowHash(service: string, chain: number, row: Omit<ChainRow, 'hash'>): string {
  const { seq, at, actor, action, subject, prev, body } = row;
  return sha256(['tocsin-audit-v1', service, chain, seq, at, actor, action, subject, prev, body].join('\n'));
}
