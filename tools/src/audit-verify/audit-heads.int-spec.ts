import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { servicePrincipal, type SigningKey } from '@tocsin/access';
import { describeFinding, linesOf, verifyArchive } from '@tocsin/audit';
import { AuditHeadSealed, occurred } from '@tocsin/contracts';
import { auditHeads, inTransaction, read, recordAccess, sealAuditHead, type AuditHead } from '@tocsin/database';
import { createRelay } from '@tocsin/messaging';
import { createBench, eventually, specLog, type Bench } from '@tocsin/messaging/testing';
import { collectInto } from './audit-heads.ts';
import { exportTrail } from './trail-export.ts';

const by = servicePrincipal('incident');
const all = { after: 0, last: Number.MAX_SAFE_INTEGER, limit: 1_000 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-collected-'));
});
afterAll(() => rm(folder, { recursive: true }));

let bench: Bench;
let collected: string;
beforeEach(async () => {
  bench = await createBench();
  collected = join(folder, `${randomUUID()}.jws`);
  await bench.run(createRelay({ db: bench.producer, bus: bench.bus, log: specLog }));
});
afterEach(() => bench.close());

const key = (): SigningKey => {
  const { signingKey } = bench.producer;
  if (signingKey === undefined) throw new Error('The bench signs its events.');
  return signingKey;
};
/** Three rows about one thing, so of one chain, and a head over them. */
async function workAndSeal(): Promise<AuditHead> {
  for (let times = 0; times < 3; times += 1)
    await inTransaction(bench.producer, { by, action: 'assign' }, (tx) => {
      recordAccess(tx, 'assign', { subject: 'incident:7f1c', body: { times } });
      return Promise.resolve();
    });
  return inTransaction(bench.producer, { by, action: 'sealAuditHead' }, (tx) => sealAuditHead(tx, 'incident', key()));
}
async function collect(): Promise<{ code: number; said: string[] }> {
  await eventually(async () => {
    const waiting = 'select 1 from incident.outbox';
    expect(await bench.admin.source.query(waiting)).toEqual([]);
  });
  const said: string[] = [];
  const code = await collectInto(collected, bench.bus, bench.eventKeys, (line) => said.push(line));
  return { code, said };
}
/** As somebody who may do everything in the database, its triggers included. */
const forge = (...statements: string[]): Promise<unknown> =>
  bench.admin.source.query(
    ['set session_replication_role = replica', ...statements, 'set session_replication_role = origin'].join(';'),
  );

/** What the verifier finds in an export that is made now, with the collected heads and without. */
async function problems(): Promise<{ alone: string[]; withHeads: string[] }> {
  const path = join(folder, `${randomUUID()}.zip`);
  await exportTrail(bench.producer, key(), path);
  const { incident: keys } = bench.eventKeys;
  if (keys === undefined) throw new Error('The bench has keys.');
  const found = async (more: { outsideHeads?: AsyncIterable<string> } = {}): Promise<string[]> => {
    const { findings } = await verifyArchive({ path, keysOf: () => keys, ...more });
    return findings.map((finding) => describeFinding(finding).split(':')[0] ?? '');
  };
  return { alone: await found(), withHeads: await found({ outsideHeads: linesOf(createReadStream(collected)) }) };
}

describe('S-40 heads collected from Kafka', () => {
  it('go into the file once each, however often they are collected, and confirm an untouched trail', async () => {
    await workAndSeal();
    expect(await collect()).toEqual({
      code: 0,
      said: [
        'detection: no heads',
        'incident: 1 heads, 1 to 1, new: 1',
        'classification: no heads',
        'notification: no heads',
      ],
    });
    await workAndSeal();
    const { said } = await collect();
    expect(said).toContain('incident: 2 heads, 1 to 2, new: 1');
    expect((await collect()).said).toContain('incident: 2 heads, 1 to 2, new: 0');
    const stored = await read(bench.producer, by, (tx) => auditHeads(tx, all));
    expect(await readFile(collected, 'utf8')).toBe(stored.map(({ jws }) => `${jws}\n`).join(''));
    expect(await problems()).toEqual({ alone: [], withHeads: [] });
  });

  it('R-03 tell that rows were cut off with the heads that sealed them, when nothing in the database does', async () => {
    const first = await workAndSeal();
    const second = await workAndSeal();
    await workAndSeal();
    await collect();
    const tip = first.tips.find(({ chain, seq }) => second.tips[chain]?.seq !== seq);
    if (tip === undefined) throw new Error('A chain has grown.');
    await forge(
      `delete from incident.audit where chain = ${tip.chain} and seq > ${tip.seq}`,
      `update incident.audit_tip set seq = ${tip.seq}, hash = decode('${tip.hash}', 'hex') where chain = ${tip.chain}`,
      'delete from incident.audit_head where n > 1',
    );
    // The export writes a row itself, which may fall into this chain.
    const { alone, withHeads } = await problems();
    expect(alone).toEqual([]);
    const cut = new RegExp(`^TRUNCATED chain ${tip.chain} seq (${tip.seq + 1}|${tip.seq + 2})$`);
    expect(withHeads).toEqual([expect.stringMatching(cut), 'FORKED', 'HEAD_MISSING']);
    // The service announces what it seals then, too: the file itself shows that there are two histories.
    const { code, said } = await collect();
    expect([code, said]).toEqual([1, expect.arrayContaining(['incident: FORKED: there are two heads 2'])]);
  });

  it('are only what the service sealed: of anything else it is said that it was left out', async () => {
    await workAndSeal();
    const state = { id: randomUUID(), version: 1 };
    const saved = () => Promise.resolve();
    const found = () => Promise.resolve(state);
    const store = () => ({ aggregate: 'auditTrail', find: found, get: found, save: saved });
    const events = [occurred(AuditHeadSealed.incident, { service: 'incident', n: 7, jws: 'a.b.c' })];
    await inTransaction(bench.producer, { by, action: 'test' }, (tx) => tx.commit(store, { state, events }));
    const { code, said } = await collect();
    expect(said[0]).toBe('left out: tocsin.incident.AuditHeadSealed.v1, head 7: it is not what the service sealed');
    expect([said[2], code]).toEqual(['incident: 1 heads, 1 to 1, new: 1', 0]);
  });
});
