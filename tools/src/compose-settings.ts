import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { serviceNames } from '@tocsin/contracts';
import { writeDurably } from './durable-file.ts';
import { environmentFor, loadKeys, type InstallationKeys } from './keys.ts';
import { databaseName, serviceUrl } from './migrate.ts';
import { runIfProgram } from './program.ts';
import { SetupError } from './setup-error.ts';

type Settings = Readonly<Record<string, string>>;

/** Per env file of Compose, what only its container may know. The demo issuer is not for containers (S-18). */
export function composeSettings(keys: InstallationKeys, superuserPassword: string): Readonly<Record<string, Settings>> {
  const superuserUrl = `postgres://postgres:${superuserPassword}@postgres:5432/${databaseName}`;
  const secrets = environmentFor(keys);
  const services = serviceNames.map((name) => {
    const { TOCSIN_ISSUERS: _demo, ...own } = secrets[name];
    return [name, { ...own, DATABASE_URL: serviceUrl(superuserUrl, name, keys.passwords[name]) }] as const;
  });
  const { TOCSIN_ISSUERS: _demo, ...gateway } = secrets.gateway;
  return {
    ...Object.fromEntries(services),
    gateway,
    postgres: { POSTGRES_PASSWORD: superuserPassword },
    migrate: { DATABASE_URL: superuserUrl, TOCSIN_APP_PASSWORDS: JSON.stringify(keys.passwords) },
  };
}

/** Single quotes: Compose takes everything between them as it is. None of our values holds one. */
export function envFile(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      if (/['\r\n]/.test(value)) throw new Error(`${name} cannot be written to an env file.`);
      return `${name}='${value}'\n`;
    })
    .join('');
}

/** `node … tools/src/compose-settings.ts <folder>`: makes the keys at the first run, the same files ever after. */
async function main(): Promise<void> {
  const [argument] = process.argv.slice(2);
  if (argument === undefined) throw new SetupError('Say which folder to write the env files to: docker/settings');
  const folder = resolve(argument);
  const settingsByName = composeSettings(await loadKeys(folder), await superuserPasswordIn(folder));
  for (const [name, settings] of Object.entries(settingsByName))
    await writeDurably(join(folder, `${name}.env`), envFile(settings), 0o600);
  process.stdout.write(`Settings are in ${folder}. Keep keys.json safe and out of version control.\n`);
}

/** Made once: the database keeps the first one it was given. */
async function superuserPasswordIn(folder: string): Promise<string> {
  const file = join(folder, 'postgres-password');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) return known;
  const password = randomBytes(24).toString('base64url');
  await writeDurably(file, password, 0o600);
  return password;
}

runIfProgram(import.meta.url, main);
