import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repository } from './paths.ts';
import { runIfProgram } from './program.ts';
import { asyncapiDocument } from './reference/asyncapi.ts';
import { configurationPage } from './reference/configuration-page.ts';
import { envExample } from './reference/env-example.ts';
import { errorsPage } from './reference/errors-page.ts';
import { eventsPage } from './reference/events-page.ts';
import { describeParts, runSource } from './reference/part.ts';
import { readRequirements, readTests, requirementsPage } from './reference/requirements-page.ts';

/** `npm run generate [-- --check]`: writes every generated file; with `--check` only names those that would change. */
async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check');
  const outdated: string[] = [];
  for (const [file, text] of await pages()) {
    const path = join(repository, file);
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    outdated.push(file);
    if (isCheck) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  for (const file of outdated) process.stdout.write(`${isCheck ? 'Out of date' : 'Written'}: ${file}\n`);
  await runSource(join(repository, 'gateway/src/compose.ts'), isCheck ? ['--check'] : []);
  if (isCheck && outdated.length > 0) throw new Error('Generated files are out of date. Run: npm run generate');
}

/** Each page by its path in the checkout. */
async function pages(): Promise<readonly (readonly [file: string, text: string])[]> {
  const parts = await describeParts();
  return [
    ['docs/reference/events.md', eventsPage()],
    ['docs/reference/errors.md', errorsPage(parts)],
    ['docs/reference/configuration.md', configurationPage(parts)],
    ['docs/reference/requirements.md', requirementsPage(await readRequirements(), await readTests())],
    ['docs/reference/asyncapi.yaml', asyncapiDocument()],
    ['.env.example', envExample()],
  ];
}

runIfProgram(import.meta.url, main);
