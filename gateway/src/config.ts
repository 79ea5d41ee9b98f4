import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Issuers, PrivateJwk, PublicJwks, type Issuer } from '@tocsin/access';
import { serviceNames } from '@tocsin/contracts';
import { ConfigError, httpConfig, json, kafkaConfig, loadConfig, logConfig } from '@tocsin/runtime';

const eventKeys = z.preprocess((keys) => (Array.isArray(keys) ? { keys } : keys), PublicJwks);

/** What operators set for the gateway; the reference of settings is printed from here. */
export const configShape = {
  ...httpConfig,
  ...logConfig,
  ...kafkaConfig,
  TOCSIN_SUBGRAPHS: json(z.record(z.enum(serviceNames), z.url({ protocol: /^https?$/ }))).describe(
    'JSON: the address of each subgraph, {"incident": "http://127.0.0.1:4002", …}',
  ),
  TOCSIN_CONTEXT_PRIVATE_JWK: json(PrivateJwk).describe(
    'Ed25519 private JWK with kid; signs what subgraphs are told of who is asking',
  ),
  TOCSIN_ISSUERS: Issuers.describe('JSON: the token issuers that are trusted'),
  TOCSIN_EVENT_JWKS: json(z.record(z.enum(serviceNames), eventKeys)).describe(
    'JSON: the public event keys of each service',
  ),
  TOCSIN_DEMO: z.enum(['0', '1']).default('0').describe('1 allows the demo issuer, on loopback only'),
  TOCSIN_GRAPHQL_PROFILE: z
    .enum(['open', 'closed'])
    .default('closed')
    .describe('open answers introspection and says in full what is wrong with an operation'),
  TOCSIN_WS_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .transform((origins) => origins.filter((origin) => origin !== ''))
    .describe('origins of web pages that may open a subscription socket, separated by commas'),
  TOCSIN_SUPERGRAPH: z
    .string()
    .default(() => fileURLToPath(new URL('../supergraph.graphql', import.meta.url)))
    .describe('file of the composed schema; read again when it changes'),
  NODE_ENV: z.string().optional().describe('production refuses everything that is for the demo'),
};

export type Config = ReturnType<typeof readConfig>;

/** @throws ConfigError */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const config = loadConfig(configShape, env);
  refuseDemoOutside(config);
  return config;
}

/** S-18: the demo's key lies in the clear on a laptop, so it must never open anything that others can reach. */
function refuseDemoOutside(config: {
  readonly TOCSIN_ISSUERS: readonly Issuer[];
  readonly TOCSIN_DEMO: string;
  readonly NODE_ENV?: string | undefined;
  readonly TOCSIN_HOST: string;
}): void {
  if (!config.TOCSIN_ISSUERS.some(({ demo }) => demo)) return;
  const isDemo = config.TOCSIN_DEMO === '1' && config.NODE_ENV !== 'production' && isLoopback(config.TOCSIN_HOST);
  if (isDemo) return;
  throw new ConfigError(
    'TOCSIN_ISSUERS names the demo issuer. It needs TOCSIN_DEMO=1, a loopback TOCSIN_HOST, and not NODE_ENV=production.',
  );
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
