import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { repository } from '../paths.ts';
import { citedTests, type CitedTest } from './cited-tests.ts';
import { heading, page, table } from './markdown.ts';

const requirement = z.strictObject({
  id: z.string().regex(/^R-\d\d$/),
  /** On which of the two pages: A, B. */
  seeds: z.enum(['A', 'B', 'AB']),
  text: z.string(),
  /** The services that answer for it; `Op` is the operating organisation, no software. */
  owner: z.string(),
  shownWhen: z.string(),
});
export type Requirement = z.infer<typeof requirement>;

export async function readRequirements(): Promise<readonly Requirement[]> {
  return z.array(requirement).parse(parse(await readFile(join(repository, 'docs/requirements.yaml'), 'utf8')));
}

/** Every test of the repository. */
export async function readTests(): Promise<readonly CitedTest[]> {
  const tests: CitedTest[] = [];
  for (const folder of ['libs', 'services', 'gateway', 'tools', 'e2e', 'bench']) {
    const files = await readdir(join(repository, folder), { recursive: true });
    for (const file of files.filter((name) => name.endsWith('spec.ts') && !name.includes('node_modules')).sort())
      tests.push(...citedTests(`${folder}/${file}`, await readFile(join(repository, folder, file), 'utf8')));
  }
  return tests;
}

/**
 * `docs/reference/requirements.md`: which tests show which requirement, so that a gap is seen.
 *
 * @throws Error if a test cites a requirement that there is not; a misspelt id would hide a gap.
 */
export function requirementsPage(requirements: readonly Requirement[], tests: readonly CitedTest[]): string {
  const known = new Set(requirements.map(({ id }) => id));
  for (const { file, name, ids } of tests) {
    const unknown = ids.find((id) => id.startsWith('R-') && !known.has(id));
    if (unknown !== undefined) throw new Error(`${file}: the test "${name}" cites ${unknown}, which there is not.`);
  }
  const showing = (id: string): readonly CitedTest[] => tests.filter(({ ids }) => ids.includes(id));
  const gaps = requirements.filter(({ id }) => showing(id).length === 0).map(({ id }) => id);
  return page(
    heading(
      'Requirements and their tests',
      'The requirements of the two seed pages, and the tests that cite them. A test shows a part of a requirement, not ' +
        'always the whole of what its row asks for.',
      `${String(requirements.length - gaps.length)} of ${String(requirements.length)} requirements have a test. ` +
        `Without one: ${gaps.join(', ') || 'none'}.`,
    ),
    table(
      ['Id', 'Seed', 'Requirement', 'Shown to work when', 'Tests'],
      requirements.map(({ id, seeds, text, shownWhen }) => [id, seeds, text, shownWhen, linksTo(showing(id))]),
    ),
    '## Other ids',
    'Invariants of the domain (I), of security (S), of eventing (E) and faults (F), with the number of tests that cite them.',
    otherIds(tests),
  );
}

/** One link per file, with the number of its tests. */
function linksTo(tests: readonly CitedTest[]): string {
  const counts = countsOf(tests.map(({ file }) => file));
  const links = counts.map(([file, count]) => `[${file}](../../${file})${count > 1 ? ` (${String(count)})` : ''}`);
  return links.join(', ') || '**no test yet**';
}

function otherIds(tests: readonly CitedTest[]): string {
  const order = new Intl.Collator('en', { numeric: true });
  const ids = tests.flatMap((test) => test.ids).filter((id) => !id.startsWith('R-'));
  const sorted = countsOf(ids).sort(([a], [b]) => order.compare(a, b));
  return sorted.map(([id, count]) => `${id} ${String(count)}`).join(' · ');
}

function countsOf(values: readonly string[]): [value: string, count: number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
}
