import { join } from 'node:path';
import type { PublicJwks } from '@tocsin/access';
import { serviceNames } from '@tocsin/contracts';
import { demoTenants } from './demo-tenants.ts';
import { evidenceSettings } from './evidence-settings.ts';
import { environmentFor, eventKeysOf, loadKeys, type InstallationKeys } from './keys.ts';
import { serviceUrl } from './migrate.ts';
import { pathsOf, type ProcessName } from './paths.ts';
import type { Ports } from './ports.ts';
import { watchDeath, type Child, type Death } from './process/child.ts';
import { describeDeath, startServiceProcess, untilReady } from './service-process.ts';
import { createSteps } from './steps.ts';
import { mintTokens, writeTokens } from './tokens.ts';
import type { Say, World } from './world.ts';

export interface PlatformOptions {
  readonly state: string;
  readonly ports: Ports;
  /** The migrated world around it. */
  readonly world: World;
  /** Settings on top of ours, for all processes. */
  readonly env?: NodeJS.ProcessEnv;
  readonly say: Say;
  /** A process ended though nobody asked it to; its last lines have been shown by then. */
  readonly onDied?: (death: Death) => void;
  /** Gives up waiting; what has started is stopped. */
  readonly signal?: AbortSignal;
}

/** The four subgraphs and the gateway, running. */
export interface Platform {
  readonly graphqlUrl: string;
  /** Where detectors POST CloudEvents. */
  readonly intakeUrl: string;
  /** Where evidence is brought and fetched. */
  readonly filesUrl: string;
  /** Undefined when another SMTP server stands in for the mail sink. */
  readonly mailPageUrl: string | undefined;
  /** By role, and `<ROLE>@<tenant>`; also in `<state>/tokens.json`. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The public keys that the services sign with, by service. */
  readonly eventKeys: Readonly<Record<string, PublicJwks>>;
  /** SIGKILL, as a fault test does it. */
  kill(name: ProcessName): Promise<void>;
  /** Stops it if it runs, starts it and waits until it is ready. */
  restart(name: ProcessName): Promise<void>;
  /** The gateway first, then the subgraphs. */
  stop(): Promise<void>;
}

export const processNames: readonly ProcessName[] = [...serviceNames, 'gateway'];

/** Starts all five at once and waits until each is ready. Nothing is left running when one of them fails. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { state, ports, world } = options;
  const keys = await loadKeys(state);
  const tokens = await mintTokens(keys, demoTenants);
  await writeTokens(state, tokens);
  const fleet = createFleet(options, settingsFor(options, keys));
  try {
    await allSettledOrThrow(processNames.map((name) => fleet.start(name)));
  } catch (error) {
    await fleet.stop();
    throw error;
  }
  return {
    graphqlUrl: `http://127.0.0.1:${String(ports.gateway)}/graphql`,
    intakeUrl: `http://127.0.0.1:${String(ports.intake)}/v1/signals`,
    filesUrl: `http://127.0.0.1:${String(ports.files)}`,
    mailPageUrl: world.mailPageUrl,
    tokens,
    eventKeys: eventKeysOf(keys),
    kill: async (name) => fleet.kill(name),
    restart: async (name) => {
      await fleet.stopOne(name);
      await fleet.start(name);
    },
    stop: () => fleet.stop(),
  };
}

/** The children by name, and how to handle them. */
function createFleet({ state, ports, world, say, onDied, signal }: PlatformOptions, settings: Settings) {
  const steps = createSteps(say);
  const children = new Map<ProcessName, Child>();
  const start = async (name: ProcessName): Promise<void> => {
    const port = ports[name];
    await steps.run(`${name} on port ${String(port)}`, async () => {
      const child = await startServiceProcess({ name, state, port, env: settings[name], guard: world.guard, say });
      children.set(name, child);
      await untilReady(child, port, signal);
      watchDeath(child, (death) => {
        if (signal?.aborted !== true) say(describeDeath(death));
        onDied?.(death);
      });
    });
  };
  const stopOne = async (name: ProcessName): Promise<void> => {
    const child = children.get(name);
    children.delete(name);
    if (child?.isRunning() === true) await steps.run(`${name} stopped`, () => child.stop());
  };
  return {
    start,
    stopOne,
    kill: async (name: ProcessName): Promise<void> => {
      await children.get(name)?.kill();
      children.delete(name);
    },
    stop: async (): Promise<void> => {
      await stopOne('gateway');
      await Promise.all(serviceNames.map(stopOne));
    },
  };
}

type Settings = Readonly<Record<ProcessName, NodeJS.ProcessEnv>>;

/** What each process finds in its environment; a secret goes only to who needs it. */
function settingsFor({ state, ports, world, env }: PlatformOptions, keys: InstallationKeys): Settings {
  const secrets = environmentFor(keys);
  const common = { TOCSIN_HOST: '127.0.0.1', KAFKA_BROKERS: world.brokers.join(',') };
  const service = (name: (typeof serviceNames)[number]): NodeJS.ProcessEnv => ({
    ...common,
    ...secrets[name],
    DATABASE_URL: serviceUrl(world.databaseUrl, name, keys.passwords[name]),
    TOCSIN_AUDIT_HEADS_FILE: join(pathsOf(state).auditHeads, `${name}.jws`),
  });
  const subgraphs = serviceNames.map((name) => [name, `http://127.0.0.1:${String(ports[name])}/graphql`] as const);
  const mail = {
    SMTP_URL: world.smtpUrl,
    TOCSIN_MAIL_FROM: 'notices@tocsin.example',
    TOCSIN_MAIL_DOMAIN: 'tocsin.example',
  };
  const settings: Settings = {
    detection: { ...service('detection'), TOCSIN_INTAKE_PORT: String(ports.intake), TOCSIN_DEMO: '1' },
    incident: {
      ...service('incident'),
      ...mail,
      TOCSIN_FILES_PORT: String(ports.files),
      ...evidenceSettings(state, process.env),
      // A receiver of webhooks on this machine is what one has at hand to try them.
      TOCSIN_WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8,::1/128',
    },
    classification: service('classification'),
    notification: { ...service('notification'), ...mail },
    gateway: {
      ...common,
      ...secrets.gateway,
      TOCSIN_SUBGRAPHS: JSON.stringify(Object.fromEntries(subgraphs)),
      TOCSIN_DEMO: '1',
      TOCSIN_GRAPHQL_PROFILE: 'open',
    },
  };
  for (const name of processNames) Object.assign(settings[name], env);
  return settings;
}

/** Waits for all of them even if one fails, so that whatever did start can be stopped. */
async function allSettledOrThrow(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}
