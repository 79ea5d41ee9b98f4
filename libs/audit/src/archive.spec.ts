import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signSeal } from '@tocsin/access';
import { makeKey } from '@tocsin/testkit';
import { openArchive, readText } from './archive.ts';
import { chainMember, manifestMember, manifestType, sha256 } from './format.ts';
import {
  aTrail,
  chain,
  createExporter,
  headsOver,
  problemsIn,
  type Exporter,
  type Trail,
} from './testing/an-export.ts';

let exporter: Exporter;
let trail: Trail;
beforeAll(async () => {
  exporter = await createExporter();
  trail = await aTrail(exporter.key);
});
afterAll(() => exporter.stop());

const findingsOf = (path: string, key = exporter.key): Promise<string[]> => problemsIn(path, key);

describe('R-03 an archive that was changed after it was exported', () => {
  const rewritten = async (members: Record<string, string | null>, twice?: string): Promise<string[]> =>
    findingsOf(await exporter.rewrite(await exporter.write(trail), members, twice));

  it.each<[string, Record<string, string | null>]>([
    ['a member that says something else', { 'incident.json': '{"stage":"CLOSE "}\n' }],
    ['a member that is gone', { 'incident.json': null }],
    ['a member that nobody exported', { 'notes.txt': 'trust me' }],
  ])('is told as MANIFEST: %s', async (_, members) => {
    expect(new Set(await rewritten(members))).toEqual(new Set(['MANIFEST']));
  });

  it('is told as MANIFEST when a member is there twice', async () => {
    expect(await rewritten({}, 'incident.json')).toEqual(['MANIFEST']);
  });

  it('is told by its chain, too, when a row is changed', async () => {
    const text = trail.rows.map((line) => JSON.stringify(line.seq === 2 ? { ...line, actor: 'user:eve' } : line));
    const found = await rewritten({ [chainMember(chain)]: `${text.join('\n')}\n` });
    expect(found).toEqual(['EDITED chain 3 seq 2', 'MANIFEST']);
  });

  it('is told as SIGNATURE when the manifest is made to fit', async () => {
    const path = await exporter.write(trail);
    const archive = await openArchive(path);
    const manifest = await readText(archive, manifestMember);
    archive.close();
    const fitting = manifest.replace(sha256('{"stage":"DETECT"}\n'), sha256('{"stage":"CLOSED"}\n'));
    const members = { 'incident.json': '{"stage":"CLOSED"}\n', [manifestMember]: fitting };
    expect(await findingsOf(await exporter.rewrite(path, members))).toEqual(['SIGNATURE']);
    const { exportId } = JSON.parse(manifest) as { exportId: string };
    const forger = await makeKey('incident');
    const forged = await signSeal(manifestType, { exportId, sha256: sha256(fitting) }, forger.signingKey);
    const signed = { ...members, 'signature.jws': `${forged}\n` };
    expect(await findingsOf(await exporter.rewrite(path, signed))).toEqual(['SIGNATURE']);
  });

  it('is told as SIGNATURE without one, with that of another kind, and under other keys', async () => {
    expect(await rewritten({ 'signature.jws': null })).toEqual(['MANIFEST', 'SIGNATURE']);
    expect(await rewritten({ 'signature.jws': trail.heads[0] ?? '' })).toEqual(['SIGNATURE']);
    const other = await makeKey('incident');
    expect(await findingsOf(await exporter.write(trail), other)).toContain('SIGNATURE');
  });

  it('is told as SIGNATURE when a head is signed by somebody else', async () => {
    const forged = await headsOver(trail.rows, await makeKey('incident'));
    const heads = [...trail.heads.slice(0, 2), forged[2] ?? ''];
    expect(await findingsOf(await exporter.write({ rows: trail.rows, heads }))).toContain('SIGNATURE');
  });

  it('is told as MANIFEST without a manifest, or with one of another format', async () => {
    expect(await rewritten({ [manifestMember]: null })).toEqual(['MANIFEST']);
    expect(await rewritten({ [manifestMember]: '{"format":"tocsin-audit-export/9"}' })).toEqual(['MANIFEST']);
  });

  it('cannot be read at all when it is no archive', async () => {
    const path = await exporter.write(trail);
    await writeFile(path, (await readFile(path)).subarray(0, 200));
    await expect(findingsOf(path)).rejects.toThrow();
  });
});
