import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { describeFinding, linesOf, verifyArchive, type Verification } from '@tocsin/audit';
import { UsageError } from '../cli/subcommands.ts';
import { readKeys } from './keys-file.ts';

/**
 * `npx tocsin verify-audit <archive> --keys <file> [--heads <file>]`: prints everything that is wrong with an export,
 * the first bad place first, and returns 1; or that it is what was sealed, and returns 0. It asks no database and no
 * network.
 *
 * @throws UsageError for arguments that make no sense, files that are not there and keys that are none.
 */
export async function verifyAudit(args: readonly string[]): Promise<number> {
  const { archive, keys, heads } = await optionsOf(args);
  const keysOf = await readKeys(keys);
  const outsideHeads = heads === undefined ? {} : { outsideHeads: linesOf(createReadStream(heads)) };
  try {
    const verification = await verifyArchive({ path: archive, keysOf, ...outsideHeads });
    process.stdout.write(`${report(verification, heads !== undefined).join('\n')}\n`);
    return verification.findings.length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    process.stdout.write(`MANIFEST: the archive cannot be read: ${(error as Error).message}\n`);
    return 1;
  }
}

interface Options {
  readonly archive: string;
  readonly keys: string;
  readonly heads: string | undefined;
}

async function optionsOf(args: readonly string[]): Promise<Options> {
  const { values, positionals } = parse(args);
  const { keys, heads } = values;
  const [archive, ...more] = positionals;
  if (archive === undefined || keys === undefined || more.length > 0)
    throw new UsageError('It takes one archive, and the keys.');
  for (const file of [archive, keys, heads])
    if (file !== undefined && !(await stat(file).catch(() => undefined))?.isFile())
      throw new UsageError(`There is no file ${file}.`);
  return { archive, keys, heads };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { keys: { type: 'string' }, heads: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function report({ manifest, findings, counts }: Verification, hasOutsideHeads: boolean): string[] {
  if (findings.length > 0) return findings.map(describeFinding);
  return [
    `VERIFIED: ${subjectOf(manifest)}, exported ${manifest?.exportedAt ?? ''} by ${manifest?.exportedBy ?? ''}`,
    `${counts.rows} rows of the audit trail, ${counts.whole} of them in full, sealed heads: ${counts.heads}`,
    ...(hasOutsideHeads
      ? []
      : [
          'No heads from outside the database were given (--heads): rows cut off with their heads would not be noticed.',
        ]),
  ];
}

function subjectOf(manifest: Verification['manifest']): string {
  if (manifest === null) return '';
  return 'incidentId' in manifest ? `incident ${manifest.incidentId}` : `the whole audit trail of ${manifest.service}`;
}
