import { z } from 'zod';
import { DomainError, InvalidInput } from '@tocsin/errors';
import { parseDateTime } from '@tocsin/subgraph';
import { canonicalHash } from '../domain/canonical.ts';
import { SignalTooLarge } from '../domain/errors.ts';
import type { ReportedEvent } from '../signals.ts';
import { problemIn } from './json-limits.ts';

const largestItem = 256 * 1024;

/** A refusal that names where in the item. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly path: string;
}

const extensionName = /^[a-z0-9]{1,20}$/;

/** CloudEvents 1.0, structured. The lengths keep the reference within what an index can hold. */
const Envelope = z
  .object({
    specversion: z.literal('1.0'),
    type: z.literal('tocsin.signals.EventObserved.v1'),
    source: z.string().min(1).max(512),
    id: z.string().min(1).max(256),
    time: z.string(),
    datacontenttype: z.literal('application/json').optional(),
    dataschema: z.string().min(1).max(512).optional(),
    subject: z.string().min(1).max(512).optional(),
    exerciseid: z.uuid().optional(),
    data: z.record(z.string(), z.unknown()),
  })
  .catchall(z.union([z.string(), z.number(), z.boolean()]))
  .superRefine((envelope, context) => {
    const unknown = Object.keys(envelope).find((name) => !extensionName.test(name));
    if (unknown !== undefined) context.addIssue({ code: 'custom', path: [unknown], message: 'is not an attribute' });
  });

/** Reads one item of a batch: limits first, then the envelope, then the time. */
export function readEnvelope(item: unknown): ReportedEvent | Refusal {
  // First the depth, which the rest relies on: a text of 4 MB may be nested a million times.
  const problem = problemIn(item);
  if (problem !== undefined) return { code: InvalidInput.code, ...problem };
  if (Buffer.byteLength(JSON.stringify(item)) > largestItem) return refusalOf(SignalTooLarge(), '');
  const parsed = Envelope.safeParse(item);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { code: InvalidInput.code, message: issue?.message ?? '', path: (issue?.path ?? []).map(String).join('.') };
  }
  const { source, id, time, data, exerciseid: exerciseId = null } = parsed.data;
  const at = readTime(time);
  if (!(at instanceof Date)) return at;
  return { sourceRef: `${source}#${id}`, time: at, data, contentHash: canonicalHash(item), exerciseId };
}

export const isRefusal = (given: ReportedEvent | Refusal): given is Refusal => 'code' in given;

/** Errors become refusals of the path `time`: TIME_WITHOUT_OFFSET, INVALID_INPUT. */
function readTime(time: string): Date | Refusal {
  try {
    const at = parseDateTime(time);
    // `Date` makes 30 February the 2nd of March.
    return z.iso.datetime({ offset: true }).safeParse(time.toUpperCase()).success
      ? at
      : { code: InvalidInput.code, message: 'There is no such date.', path: 'time' };
  } catch (error) {
    if (error instanceof DomainError) return refusalOf(error, 'time');
    throw error;
  }
}

export const refusalOf = ({ code, message }: DomainError, path: string): Refusal => ({ code, message, path });

/** The item's CloudEvents id, if it has one that can be repeated in the answer. */
export function idOf(item: unknown): string | null {
  const id: unknown = typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;
  return typeof id === 'string' && id.length <= 256 ? id.toWellFormed() : null;
}
