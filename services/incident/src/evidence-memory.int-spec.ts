import { createHash } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offerUpload, openEvidence } from './evidence-custody.ts';
import type { SignedTicket } from './file-tickets.ts';
import { responder } from './testing/bench.ts';
import { startFilesRig, type FilesRig } from './testing/files-rig.ts';
import { places } from './testing/storage-places.ts';

const mebibyte = 1024 * 1024;
const size = 300 * mebibyte;

/** Half a MiB at a time, each other than the one before. */
function* image(): Generator<Buffer> {
  for (let n = 0; n < size / (mebibyte / 2); n += 1) yield Buffer.alloc(mebibyte / 2, `${String(n)} memory`);
}

async function digestOf(chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

async function fetchDigest({ url, ticket }: SignedTicket): Promise<string> {
  const call = request(url, { headers: { authorization: `Bearer ${ticket}` }, agent: false }).end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    call.on('response', resolve).on('error', reject);
  });
  return digestOf(response as AsyncIterable<Buffer>);
}

describe.each(places)('in %s', (_, create) => {
  let rig: FilesRig;
  beforeAll(async () => {
    rig = await startFilesRig(size, await create());
  });
  afterAll(() => rig.stop());

  it('300 MiB of evidence come and go without being held in memory', async () => {
    const sha256 = await digestOf(image());
    const { id: incidentId } = await rig.bench.anIncident();
    const evidenceId = await rig.evidenceOf(incidentId, sha256);
    const before = process.memoryUsage.rss();
    // What waits for the garbage collector counts, too: only much less than the whole can be asked for.
    let highest = before;
    const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), 5);
    const upload = await rig.ticket(responder, (tx) => offerUpload(tx, { evidenceId }));
    expect((await rig.put(upload, Readable.from(image(), { objectMode: false }), size)).status).toBe(201);
    const open = await rig.ticket(responder, (tx) => openEvidence(tx, { evidenceId, reason: 'to look' }));
    expect(await fetchDigest(open)).toBe(sha256);
    clearInterval(watch);
    expect((highest - before) / mebibyte).toBeLessThan(250);
  }, 240_000);
});
