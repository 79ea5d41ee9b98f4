import { demoTenants } from './demo-tenants.ts';
import { loadDemoDirectory } from './demo-directory.ts';
import { loadKeys } from './keys.ts';
import { takeLock } from './lock.ts';
import { migrateAll } from './migrate.ts';
import { mustBeNewEnoughNode } from './node-version.ts';
import { pathsOf } from './paths.ts';
import { startPlatform, type Platform } from './platform.ts';
import { mustBeFree } from './ports.ts';
import type { Death } from './process/child.ts';
import { killRemembered, stopOrphans } from './process/pid-file.ts';
import { runIfProgram } from './program.ts';
import { describeDeath } from './service-process.ts';
import { explain, SetupError } from './setup-error.ts';
import { startOptions, usage, wipe, type StartOptions } from './start-options.ts';
import { seconds, toTerminal } from './steps.ts';
import { createTeardown, onRequestToEnd, type Teardown } from './teardown.ts';
import { startWorld, type World } from './world.ts';

const say = (line: string): void => toTerminal.note(line);

/** `npm start`: the whole platform, until somebody ends it; every failure stops all of it and exits with 1. */
async function main(): Promise<void> {
  const startedAt = performance.now();
  const options = startOptions(process.argv.slice(2), process.env);
  if (options.help) return say(usage());
  mustBeNewEnoughNode();
  const teardown = createTeardown(say);
  const outcome = { isKilled: false };
  const { signal, dispose } = onRequestToEnd({
    first: (name) => say(`\n${name}: stopping. Once more to kill.`),
    again: () => {
      outcome.isKilled = true;
      void killEverything(options.state);
    },
  });
  // A closed terminal must not keep us from stopping the rest.
  process.stdout.on('error', () => undefined);
  try {
    const { platform, died } = await startAll(options, teardown, signal);
    say(
      `\n${summary(platform, options.state)}\n\nReady after ${seconds(performance.now() - startedAt)}. Ctrl-C stops it.`,
    );
    await Promise.race([untilAborted(signal), died]);
  } catch (error) {
    if (!signal.aborted) say(`\n${explain(error)}\n`);
    const isClean = await teardown.run();
    process.exitCode = signal.aborted && isClean && !outcome.isKilled ? 0 : 1;
  } finally {
    dispose();
  }
}

async function startAll(
  { state, ports, needed, fresh }: StartOptions,
  teardown: Teardown,
  signal: AbortSignal,
): Promise<{ platform: Platform; died: Promise<never> }> {
  const { died, onDied } = deaths();
  const lock = await takeLock(pathsOf(state).lock);
  teardown.add(() => lock.release());
  const orphans = await stopOrphans(pathsOf(state).run);
  if (orphans.length > 0) say(`  Stopped what a killed start had left: ${orphans.join(', ')}`);
  await mustBeFree(ports, needed);
  if (fresh) await toTerminal.run('Earlier state wiped', () => wipe(state));
  signal.throwIfAborted();
  const world = await startWorld({
    state,
    ports,
    durable: true,
    mail: true,
    say,
    onDied: (death) => {
      if (!signal.aborted) say(describeDeath(death));
      onDied(death);
    },
  });
  teardown.add(() => world.stop());
  signal.throwIfAborted();
  await migrate(state, world);
  signal.throwIfAborted();
  const platform = await startPlatform({ state, ports, world, say, onDied, signal });
  teardown.add(() => platform.stop());
  signal.throwIfAborted();
  await loadDirectory(platform);
  return { platform, died };
}

/** What stops or starts at the moment sees its process end, and the orderly way out goes on from there, quickly. */
async function killEverything(state: string): Promise<void> {
  say('Killing what is left.');
  setTimeout(() => process.exit(1), 10_000).unref();
  await killRemembered(pathsOf(state).run);
}

/** Rejects as soon as one process ends unasked. */
function deaths(): { readonly died: Promise<never>; readonly onDied: (death: Death) => void } {
  let onDied: (death: Death) => void = () => undefined;
  const died = new Promise<never>((_resolve, reject) => {
    onDied = ({ name }) => reject(new SetupError(`${name} ended, so everything stops.`));
  });
  // It may happen before anybody waits for it.
  died.catch(() => undefined);
  return { died, onDied: (death) => onDied(death) };
}

async function migrate(state: string, { adminUrl, brokers }: World): Promise<void> {
  const { passwords } = await loadKeys(state);
  const differences = await toTerminal.run('Database and topics up to date', () =>
    migrateAll({ adminUrl, passwords, brokers }),
  );
  for (const difference of differences) say(`  ${difference}`);
}

async function loadDirectory({ graphqlUrl, tokens }: Platform): Promise<void> {
  const token = tokens['PLATFORM_ADMIN'] ?? '';
  const { loaded } = await toTerminal.run('Demo directory', () => loadDemoDirectory({ graphqlUrl, token }));
  if (loaded) say(`  Loaded ${String(demoTenants.length)} fictional tenants.`);
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

function summary({ graphqlUrl, intakeUrl, filesUrl, mailPageUrl, tokens }: Platform, state: string): string {
  const shown = Object.entries(tokens).filter(
    ([name]) => !name.includes('@') || name.endsWith(`@${demoTenants[0].slug}`),
  );
  return [
    `GraphQL    ${graphqlUrl}`,
    `Intake     ${intakeUrl}`,
    `Files      ${filesUrl}/v1/evidence/<id>`,
    `Mail       ${mailPageUrl ?? 'goes out through SMTP_URL'}`,
    `Logs       ${pathsOf(state).logs}`,
    '',
    `A token per demo role, good for 12 hours on this machine (all of them: ${pathsOf(state).tokens}):`,
    ...shown.map(([name, token]) => `\n${name}\n${token}`),
  ].join('\n');
}

runIfProgram(import.meta.url, main);
