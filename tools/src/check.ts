import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './paths.ts';

/* `npm run check`: everything that must hold before a change lands, in the order of cost. Stops at the first failure. */

const tsx = ['--import', 'tsx'];
const bin = (name: string): string => join(repository, 'node_modules', '.bin', name);

interface Check {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Every folder with a `tsconfig.json`. */
const projects = ['libs', 'services', '.']
  .flatMap((parent) => readdirSync(join(repository, parent)).map((name) => join(parent, name)))
  .filter((folder) => !folder.includes('node_modules') && existsSync(join(repository, folder, 'tsconfig.json')));

const checks: readonly Check[] = [
  { title: 'format', command: bin('prettier'), args: ['--check', '--log-level', 'warn', '.'] },
  { title: 'generated files', command: process.execPath, args: [...tsx, 'tools/src/generate.ts', '--check'] },
  ...projects.map((folder) => ({
    title: `types of ${folder}`,
    command: bin('tsc'),
    args: ['-p', join(folder, 'tsconfig.json'), '--noEmit'],
  })),
  {
    title: 'lint and boundaries',
    command: bin('nx'),
    args: ['run-many', '-t', 'lint', '--parallel=2', '--outputStyle=stream'],
  },
  { title: 'dead code', command: bin('knip'), args: [] },
  { title: 'tests', command: process.execPath, args: [...tsx, 'tools/src/test.ts'] },
];

for (const { title, command, args } of checks) {
  const from = performance.now();
  const isShown = title === 'tests';
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: repository,
    encoding: 'utf8',
    stdio: isShown ? 'inherit' : 'pipe',
    env: { ...process.env, NX_DAEMON: 'false' },
    maxBuffer: 64 * 1024 * 1024,
  });
  const took = `${((performance.now() - from) / 1000).toFixed(1)} s`;
  process.stdout.write(`${status === 0 ? '✓' : '✗'} ${title.padEnd(40)} ${took}\n`);
  if (status === 0) continue;
  if (!isShown) process.stdout.write(`${stdout}${stderr}\n`);
  process.exitCode = 1;
  break;
}
