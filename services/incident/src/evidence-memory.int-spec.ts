import { createHash } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offerUpload, openEvidence } from './evidence-custody.ts';
import type { SignedTicket } from './file-tickets.ts';
import { responder } from './testing/bench.ts';
import { startFilesRig, type FilesRig } from './testing/files-rig.ts';
import { places } from './testing/storage-places.ts';

const mebibyte = 1024 * 1024;
const size = 200 * mebibyte;
const pieces = 400;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Mebibytes in buffers that somebody still holds, in this whole process: both ends of the wire are in it. */
function held(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers / mebibyte;
}

/** Half a MiB at a time, each other than the one before. */
function* image(atEnd: () => void = () => undefined): Generator<Buffer> {
  for (let n = 0; n < pieces; n += 1) {
    if (n === pieces - 10) atEnd();
    yield Buffer.alloc(size / pieces, `${String(n)} memory`);
  }
}

async function digestOf(chunks: Iterable<Buffer> | AsyncIterable<Buffer>, atEnd?: () => void): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    const [before, after] = [bytes, (bytes += chunk.length)];
    if (before < 0.95 * size && after >= 0.95 * size) atEnd?.();
    hash.update(chunk);
  }
  return hash.digest('hex');
}

async function fetchDigest({ url, ticket }: SignedTicket, atEnd: () => void): Promise<string> {
  const call = request(url, { headers: { authorization: `Bearer ${ticket}` }, agent: false }).end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    call.on('response', resolve).on('error', reject);
  });
  return digestOf(response as AsyncIterable<Buffer>, atEnd);
}

describe.each(places)('in %s', (_, create) => {
  let rig: FilesRig;
  beforeAll(async () => {
    rig = await startFilesRig(size, await create());
  });
  afterAll(() => rig.stop());

  it('200 MiB of evidence come and go without being held in memory', async () => {
    const sha256 = await digestOf(image());
    const { id: incidentId } = await rig.bench.anIncident();
    const evidenceId = await rig.evidenceOf(incidentId, sha256);
    const before = held();
    // Looked at when nearly all has come, and when nearly all has gone: whoever collects it, has it then.
    const looks: number[] = [];
    const look = (): void => void looks.push(held() - before);
    const upload = await rig.ticket(responder, (tx) => offerUpload(tx, { evidenceId }));
    expect((await rig.put(upload, Readable.from(image(look), { objectMode: false }), size)).status).toBe(201);
    const open = await rig.ticket(responder, (tx) => openEvidence(tx, { evidenceId, reason: 'to look' }));
    expect(await fetchDigest(open, look)).toBe(sha256);
    expect(looks).toHaveLength(2);
    expect(Math.max(...looks)).toBeLessThan(60);
  }, 120_000);
});
