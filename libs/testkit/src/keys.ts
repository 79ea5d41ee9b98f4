import { exportJWK, generateKeyPair } from 'jose';
import { importSigningKey, PrivateJwk, PublicJwks, type SigningKey } from '@tocsin/access';
import { serviceNames, type ServiceName } from '@tocsin/contracts';

/** A key pair in every form that a configuration or a function asks for. */
export interface TestKey {
  readonly signingKey: SigningKey;
  /** For the settings `TOCSIN_*_PRIVATE_JWK`. */
  readonly privateJwk: PrivateJwk;
  readonly publicJwks: PublicJwks;
}

/** The keys of a whole system under test. */
export interface TestKeys {
  /** Each service's own, for its events (S-50). */
  readonly event: Readonly<Record<ServiceName, TestKey>>;
  /** For the setting TOCSIN_EVENT_JWKS and for consumers: the public keys by service. */
  readonly eventJwks: Readonly<Record<ServiceName, PublicJwks>>;
  /** The gateway's, for the signed context (S-19). */
  readonly context: TestKey;
  /** The demo issuer's, for access tokens. */
  readonly issuer: TestKey;
}

let made: Promise<TestKeys> | undefined;

/** Fresh keys, the same ones throughout a spec file. */
export const testKeys = (): Promise<TestKeys> => (made ??= makeKeys());

async function makeKeys(): Promise<TestKeys> {
  const keys = await Promise.all(serviceNames.map(async (service) => [service, await makeKey(service)] as const));
  const event = Object.fromEntries(keys) as Record<ServiceName, TestKey>;
  const publicKeys = keys.map(([service, key]) => [service, key.publicJwks] as const);
  return {
    event,
    eventJwks: Object.fromEntries(publicKeys) as Record<ServiceName, PublicJwks>,
    context: await makeKey('context'),
    issuer: await makeKey('issuer'),
  };
}

/** One Ed25519 pair with this key id. */
export async function makeKey(kid: string): Promise<TestKey> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const privateJwk = PrivateJwk.parse({ ...(await exportJWK(pair.privateKey)), kid });
  const publicJwks = PublicJwks.parse({
    keys: [{ ...(await exportJWK(pair.publicKey)), kid, alg: 'EdDSA', use: 'sig' }],
  });
  return { signingKey: await importSigningKey(privateJwk), privateJwk, publicJwks };
}
