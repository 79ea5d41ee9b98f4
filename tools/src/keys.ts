import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { PrivateJwk, publicJwks, type Issuer, type PublicJwks } from '@tocsin/access';
import { serviceNames, type ServiceName } from '@tocsin/contracts';
import { writeDurably } from './durable-file.ts';
import { pathsOf, type ProcessName } from './paths.ts';
import { SetupError } from './setup-error.ts';

const perService = <T extends z.ZodType>(value: T) =>
  z.object({ detection: value, incident: value, classification: value, notification: value });

/** The secrets of one installation: nothing is shared between two, nothing is built in. */
const InstallationKeys = z.object({
  /** The gateway signs with it who is asking. */
  context: PrivateJwk,
  /** Each service signs its events with its own. */
  events: perService(PrivateJwk),
  /** Signs the demo tokens (S-18). */
  issuer: PrivateJwk,
  /** Of the database role `<service>_app`. */
  passwords: perService(z.string().min(20)),
});
export type InstallationKeys = z.infer<typeof InstallationKeys>;

export const demoIssuer = 'tocsin-demo';
/** Seconds; the longest that `libs/access` allows. */
export const demoTokenLifetime = 43_200;

/**
 * The keys of the installation in `state`; made at its first start, the same ever after.
 *
 * @throws SetupError if the file is there but cannot be used.
 */
export async function loadKeys(state: string): Promise<InstallationKeys> {
  const path = pathsOf(state).keys;
  const text = await readFile(path, 'utf8').catch(absent);
  if (text === undefined) {
    const keys = await createKeys();
    await writeDurably(path, JSON.stringify(keys, null, 2), 0o600);
    return keys;
  }
  try {
    return InstallationKeys.parse(JSON.parse(text));
  } catch {
    throw new SetupError(`${path} is damaged. Put it back from a backup, or begin anew with \`npm start -- --fresh\`.`);
  }
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

async function createKeys(): Promise<InstallationKeys> {
  const [context, issuer, ...events] = await Promise.all(
    ['context', 'issuer', ...serviceNames].map((name) => createKey(name)),
  );
  return InstallationKeys.parse({
    context,
    issuer,
    events: Object.fromEntries(serviceNames.map((service, index) => [service, events[index]])),
    passwords: Object.fromEntries(serviceNames.map((service) => [service, createPassword()])),
  });
}

const createPassword = (): string => randomBytes(24).toString('base64url');

async function createKey(name: string): Promise<object> {
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const thumbprint = await calculateJwkThumbprint(jwk);
  return { ...jwk, kid: `${name}-${thumbprint.slice(0, 12)}`, alg: 'EdDSA', use: 'sig' };
}

/** The public keys of the services by name: what TOCSIN_EVENT_JWKS holds. */
export const eventKeysOf = (keys: InstallationKeys): Readonly<Record<string, PublicJwks>> =>
  Object.fromEntries(serviceNames.map((service) => [service, publicJwks(keys.events[service])]));

/** Which environment variables carry the keys to each process: a private key goes to its one owner only. */
export function environmentFor(keys: InstallationKeys): Record<ProcessName, Readonly<Record<string, string>>> {
  const issuers = JSON.stringify([issuerOf(keys)]);
  const eventKeys = JSON.stringify(eventKeysOf(keys));
  const contextKeys = JSON.stringify(publicJwks(keys.context));
  const service = (name: ServiceName) => ({
    TOCSIN_CONTEXT_JWKS: contextKeys,
    TOCSIN_EVENT_PRIVATE_JWK: JSON.stringify(keys.events[name]),
    TOCSIN_EVENT_JWKS: eventKeys,
  });
  return {
    detection: { ...service('detection'), TOCSIN_ISSUERS: issuers },
    incident: service('incident'),
    classification: service('classification'),
    notification: service('notification'),
    gateway: {
      TOCSIN_CONTEXT_PRIVATE_JWK: JSON.stringify(keys.context),
      TOCSIN_EVENT_JWKS: eventKeys,
      TOCSIN_ISSUERS: issuers,
    },
  };
}

function issuerOf(keys: InstallationKeys): Issuer {
  return {
    issuer: demoIssuer,
    algorithms: ['EdDSA'],
    jwks: publicJwks(keys.issuer),
    maxTokenAgeSeconds: demoTokenLifetime,
    demo: true,
  };
}
