import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signSeal } from '@tocsin/access';
import { makeKey } from '@tocsin/testkit';
import { sha256, type ChainRow } from './format.ts';
import {
  aTrail,
  atSecond,
  createExporter,
  headsOver,
  problemsIn,
  rehashed,
  relinked,
  type Exporter,
  type Trail,
} from './testing/an-export.ts';
import { verifyArchive } from './index.ts';

let exporter: Exporter;
let trail: Trail;
beforeAll(async () => {
  exporter = await createExporter();
  trail = await aTrail(exporter.key);
});
afterAll(() => exporter.stop());

const findingsOf = (path: string, outside: readonly string[] = []): Promise<string[]> =>
  problemsIn(path, exporter.key, outside);

const row = (seq: number): ChainRow => trail.rows[seq - 1] as ChainRow;
/** The trail with its rows changed, and exported as the service would. */
const exported = async (rows: Trail['rows'], heads = trail.heads, facts = {}): Promise<string[]> =>
  findingsOf(await exporter.write({ rows, heads }, facts));
const withRow = (seq: number, patch: Partial<ChainRow>): Trail['rows'] =>
  trail.rows.map((line) => (line.seq === seq ? { ...row(seq), ...patch } : line));
const link = ({ seq, prev, hash }: ChainRow) => ({ seq, prev, hash });

describe('R-03 an export that is as it was sealed', () => {
  it('verifies', async () => {
    const path = await exporter.write(trail);
    const result = await verifyArchive({ path, keysOf: () => exporter.key.publicJwks });
    expect(result).toMatchObject({ findings: [], counts: { rows: 6, whole: 6, heads: 3 } });
  });

  it('verifies with the rows of others as links only', async () => {
    const rows = trail.rows.map((line) => (line.seq % 2 === 0 ? link(row(line.seq)) : line));
    const path = await exporter.write({ rows, heads: trail.heads });
    const result = await verifyArchive({ path, keysOf: () => exporter.key.publicJwks });
    expect(result).toMatchObject({ findings: [], counts: { rows: 6, whole: 3 } });
  });

  it('needs of the heads before the incident only the last', async () => {
    const heads = trail.heads.slice(1);
    expect(await exported(trail.rows, heads, { head: 3, openedAt: '2026-11-22T10:00:25.000Z' })).toEqual([]);
    expect(await exported(trail.rows, heads, { head: 3, openedAt: '2026-11-22T10:00:20.000Z' })).toEqual([
      'HEAD_MISSING',
    ]);
  });

  it('verifies against heads that were kept outside, also those of other services and of later', async () => {
    const path = await exporter.write({ rows: trail.rows.slice(0, 4), heads: trail.heads.slice(0, 2) });
    const others = await headsOver(trail.rows, await makeKey('detection'), { service: 'detection' });
    expect(await findingsOf(path, [...others, ...trail.heads])).toEqual([]);
    const lines = async function* () {
      yield* trail.heads;
    };
    const keysOf = () => exporter.key.publicJwks;
    // Each head once, though it is inside and outside.
    expect((await verifyArchive({ path, keysOf, outsideHeads: lines() })).counts.heads).toBe(2);
  });

  it('reads lines as the writer wrote them: U+2028 ends none', async () => {
    const rows = relinked(withRow(1, { actor: 'user:a\u2028da' }));
    expect(await exported(rows, await headsOver(rows, exporter.key))).toEqual([]);
  });
});

describe('R-03 an export of the whole trail', () => {
  const whole = async (rows: Trail['rows'], heads = trail.heads): Promise<string[]> =>
    findingsOf(await exporter.writeWhole({ rows, heads }));

  it('verifies with every row in full and every head', async () => {
    const path = await exporter.writeWhole(trail);
    const { manifest, findings } = await verifyArchive({ path, keysOf: () => exporter.key.publicJwks });
    expect([findings, manifest?.format, Object.keys(manifest ?? {}).includes('incidentId')]).toEqual([
      [],
      'tocsin-audit-trail/1',
      false,
    ]);
    expect(await findingsOf(path, trail.heads)).toEqual([]);
  });

  it('hides no row: a link says nothing of it', async () => {
    const rows = trail.rows.map((line) => (line.seq === 4 ? link(row(4)) : line));
    expect(await whole(rows)).toEqual(['EDITED chain 3 seq 4']);
  });

  it('begins with the first head', async () => {
    const path = await exporter.writeWhole({ rows: trail.rows, heads: trail.heads.slice(1) });
    expect(await findingsOf(path)).toContain('HEAD_MISSING');
    expect(await exported(trail.rows, trail.heads.slice(1), { head: 3, openedAt: '2026-11-22T10:00:25.000Z' })).toEqual(
      [],
    );
  });

  it('tells what was cut off', async () => {
    expect(await whole(trail.rows.slice(0, 4))).toEqual(['TRUNCATED chain 3 seq 5']);
  });
});

describe('S-40 a trail that was changed in the database before it was exported', () => {
  it.each<[string, () => Trail['rows']]>([
    ['EDITED chain 3 seq 2', () => withRow(2, { body: '{"version":9}' })],
    ['EDITED chain 3 seq 2', () => withRow(2, { actor: 'user:eve' })],
    ['EDITED chain 3 seq 6', () => withRow(6, { prev: row(4).hash })],
    ['MISSING chain 3 seq 2', () => trail.rows.filter(({ seq }) => seq !== 2)],
    ['MISSING chain 3 seq 1', () => trail.rows.slice(1)],
    ['REORDERED chain 3 seq 2', () => [row(1), row(3), row(2), ...trail.rows.slice(3)]],
    ['REORDERED chain 3 seq 2', () => [row(1), { ...row(3), seq: 2 }, { ...row(2), seq: 3 }, ...trail.rows.slice(3)]],
    ['REORDERED chain 3 seq 1', () => [...trail.rows.slice(0, 3), row(1), ...trail.rows.slice(3)]],
    ['FORKED chain 3 seq 3', () => [...trail.rows.slice(0, 3), row(3), ...trail.rows.slice(3)]],
    ['FORKED chain 3 seq 4', () => withRow(3, rehashed({ ...row(3), body: '{"version":9}' }))],
    [
      'FORKED chain 3 seq 4',
      () => trail.rows.map((line) => (line.seq === 3 ? { ...link(row(3)), hash: row(1).hash } : line)),
    ],
    ['FORKED chain 3 seq 4', () => relinked(withRow(3, { body: '{"version":9}' }))],
    ['FORKED chain 3 seq 6', () => relinked(withRow(6, { body: '{"version":9}' }))],
    ['TRUNCATED chain 3 seq 5', () => trail.rows.slice(0, 4)],
    ['TRUNCATED chain 3 seq 1', () => []],
    ['FORKED chain 3 seq 7', () => relinked([...trail.rows, { ...row(6), at: atSecond(40) }])],
    ['EDITED chain 3 seq 4', () => trail.rows.map((line) => (line.seq === 4 ? ({ seq: 4 } as ChainRow) : line))],
  ])('is told as %s (%#)', async (found, rows) => {
    expect(await exported(rows())).toEqual([found]);
  });

  it.each([
    ['before the row before it', 6, atSecond(24)],
    ['before the head that did not have it', 5, atSecond(21)],
    ['after the head that had it already', 4, atSecond(23)],
  ])('is told as BACKDATED when a row is dated %s, whoever sealed it', async (_, seq, at) => {
    const rows = relinked(withRow(seq, { at }));
    expect(await exported(rows, await headsOver(rows, exporter.key))).toEqual([`BACKDATED chain 3 seq ${String(seq)}`]);
  });

  it.each<[string, number[]]>([
    ['the first', [2, 3]],
    ['one in between', [1, 3]],
    ['the one of the export', [1, 2]],
    ['every one', []],
  ])('is told as HEAD_MISSING when %s is gone', async (_, kept) => {
    const heads = trail.heads.filter((_head, index) => kept.includes(index + 1));
    const found = await exported(trail.rows, heads, { head: 3 });
    expect(found).toContain('HEAD_MISSING');
    expect(found.filter((problem) => !problem.startsWith('FORKED'))).toEqual(
      found.filter((problem) => problem === 'HEAD_MISSING'),
    );
  });

  it('is told as FORKED when a head continues another', async () => {
    const [first = '', , third = ''] = trail.heads;
    const [other = ''] = await headsOver(trail.rows, exporter.key, { counts: [5], n: 2, prev: sha256(first) });
    expect(await exported(trail.rows, [first, other, third])).toContain('FORKED');
  });

  it('is told by heads that were kept outside when an old backup was put in its place', async () => {
    const rows = trail.rows.slice(0, 4);
    const [first = '', second = '', third = ''] = trail.heads;
    // After the restore the service seals what it finds.
    const [again = ''] = await headsOver(rows, exporter.key, { counts: [4], n: 3, prev: sha256(second) });
    const path = await exporter.write({ rows, heads: [first, second, again] });
    expect(await findingsOf(path)).toEqual([]);
    const kept = await datedAs(third, atSecond(22));
    expect(await findingsOf(path, [first, second, kept])).toEqual(['TRUNCATED chain 3 seq 5', 'FORKED']);
    const lost = await exporter.write({ rows, heads: [first, second] });
    expect(await findingsOf(lost, [kept])).toEqual(['TRUNCATED chain 3 seq 5', 'HEAD_MISSING']);
  });
});

/** The same head, dated otherwise. */
async function datedAs(jws: string, at: string): Promise<string> {
  const claims = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as object;
  return signSeal('tocsin-head+jwt', { ...claims, at }, exporter.key.signingKey);
}
