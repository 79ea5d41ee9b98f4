import { createHash } from 'node:crypto';
import { DomainError, Unavailable } from '@tocsin/errors';
import type { Logger, Part } from '@tocsin/runtime';
import { DigestMismatch, EvidenceTooLarge } from '../domain/errors.ts';

/** What the bytes of one piece of evidence must be. */
export interface Expected {
  readonly evidenceId: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Keeps the bytes of evidence, in a folder or in a bucket; no method holds all of them in memory. Every method says
 * UNAVAILABLE if the place does not answer or refuses the service.
 */
export interface EvidenceStorage extends Part {
  /** Refuses what is known to be too large before it is sent. @throws EVIDENCE_TOO_LARGE */
  mustFit(bytes: number): void;
  /**
   * Takes bytes as they come. They can be read, and are safe, only if they have the digest and all have come; otherwise
   * nothing is left of them. What is kept already is not changed.
   *
   * @throws DIGEST_MISMATCH, EVIDENCE_TOO_LARGE, UNAVAILABLE; what the source throws
   */
  keep(
    expected: Expected,
    source: AsyncIterable<Buffer>,
  ): Promise<{ readonly storageKey: string; readonly bytes: number }>;
  /**
   * The bytes under a key, to be read at once.
   *
   * @throws UNAVAILABLE, also half-way; Error if they are not there in this length
   */
  read(storageKey: string, bytes: number): Promise<AsyncIterable<Buffer>>;
  /**
   * Removes the bytes of evidence, if there are any, whether or not they were ever recorded or came whole, with all that
   * the place keeps of earlier versions.
   *
   * @throws UNAVAILABLE: some may be left, and it should be repeated
   */
  remove(evidenceId: string): Promise<void>;
}

/** The same in every storage, so that an operator may move the bytes from one to another. */
export const keyOf = (evidenceId: string): string => `${evidenceId.slice(0, 2)}/${evidenceId}`;

/** @throws EVIDENCE_TOO_LARGE */
export function mustFit(bytes: number, limit: number): void {
  if (bytes > limit) throw EvidenceTooLarge({ limit });
}

/** Passes bytes on and judges them. */
export interface Meter {
  /** Ends only if they had the digest. @throws EVIDENCE_TOO_LARGE, DIGEST_MISMATCH; what the source throws */
  pass(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer>;
  /** How many have passed. */
  bytes(): number;
}

export function createMeter({ evidenceId, sha256 }: Expected, limit: number): Meter {
  const digest = createHash('sha256');
  let bytes = 0;
  return {
    bytes: () => bytes,
    pass: async function* (source) {
      for await (const chunk of source) {
        bytes += chunk.length;
        mustFit(bytes, limit);
        digest.update(chunk);
        yield chunk;
      }
      if (digest.digest('hex') !== sha256) throw DigestMismatch({ evidenceId });
    },
  };
}

/**
 * Passes the bytes on and fails before the last of them if they are not what was recorded, so that who receives them
 * sees a broken answer instead of changed evidence.
 *
 * @throws Error if the bytes have changed since they were stored.
 */
export async function* verified(
  chunks: AsyncIterable<Buffer>,
  { evidenceId, sha256 }: Expected,
): AsyncGenerator<Buffer> {
  const digest = createHash('sha256');
  let held: Buffer | undefined;
  for await (const chunk of chunks) {
    digest.update(chunk);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (digest.digest('hex') !== sha256) throw new Error(`The stored bytes of evidence ${evidenceId} have changed.`);
  if (held !== undefined) yield held;
}

const advice =
  'The place where the bytes of evidence are kept is away for the moment. Repeat a command with the same idempotency ' +
  'key; bring or fetch bytes with a new ticket.';

/** UNAVAILABLE in words that are true of bytes, too. The log has the cause, which the caller is not told. */
export function storageAway(log: Logger, action: string, cause: unknown): DomainError {
  log.warn({ action, err: cause }, 'the storage of evidence fails');
  return Object.assign(new DomainError(Unavailable.code, advice), { cause });
}

/** Passes bytes on; what fails half-way is said in other words. */
export async function* translating(
  chunks: AsyncIterable<Buffer>,
  inWords: (error: unknown) => Error,
): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw inWords(error);
  }
}
