import type { IncomingMessage } from 'node:http';
import { BodyTooLarge, readBody } from '@tocsin/runtime';
import { BatchTooLarge, BatchUnreadable, MediaTypeUnknown } from '../domain/errors.ts';

const largestBatch = { bytes: 4 * 1024 * 1024, items: 500 };
const single = 'application/cloudevents+json';
const batch = 'application/cloudevents-batch+json';

/**
 * The items of the request, each still unchecked. Errors: MEDIA_TYPE_UNKNOWN (415), BATCH_TOO_LARGE (413),
 * BATCH_UNREADABLE (400).
 */
export async function readItems(request: IncomingMessage): Promise<readonly unknown[]> {
  const kind = mediaTypeOf(request);
  const body = parse(await readLimited(request));
  const items = kind === batch ? body : [body];
  if (!Array.isArray(items) || items.length === 0 || items.length > largestBatch.items) throw BatchUnreadable();
  return items as unknown[];
}

function mediaTypeOf({ headers }: IncomingMessage): typeof single | typeof batch {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const isUtf8 = parameters.every(
    (one) => !one.includes('charset') || one.replaceAll('"', '').trim() === 'charset=utf-8',
  );
  const found = [single, batch].find((one) => one === type.trim());
  if (found === undefined || !isUtf8 || headers['content-encoding'] !== undefined) throw MediaTypeUnknown();
  return found === single ? single : batch;
}

async function readLimited(request: IncomingMessage): Promise<Buffer> {
  try {
    return await readBody(request, largestBatch.bytes);
  } catch (error) {
    if (error instanceof BodyTooLarge) throw BatchTooLarge();
    throw error;
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    throw BatchUnreadable();
  }
}
