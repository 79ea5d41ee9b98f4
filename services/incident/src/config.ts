import { z } from 'zod';
import { PrivateJwk, PublicJwks } from '@tocsin/access';
import { serviceNames } from '@tocsin/contracts';
import { databaseConfig, httpConfig, json, kafkaConfig, loadConfig, logConfig, portSetting } from '@tocsin/runtime';

export const shape = {
  ...httpConfig,
  ...logConfig,
  ...databaseConfig,
  ...kafkaConfig,
  TOCSIN_FILES_PORT: portSetting.default(4011).describe('TCP port where evidence is brought and fetched'),
  TOCSIN_FILES_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('how callers reach that port, if there is a proxy in front; http://127.0.0.1:<port> if not given'),
  TOCSIN_EVIDENCE_DIR: z.string().min(1).describe('folder of the bytes of evidence, of this one process'),
  TOCSIN_EVIDENCE_MAX_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(5 * 1024 ** 3)
    .describe('largest file of evidence, bytes'),
  TOCSIN_CONTEXT_JWKS: json(PublicJwks).describe("JWKS, JSON: the gateway's public keys for the signed context"),
  TOCSIN_EVENT_PRIVATE_JWK: json(PrivateJwk).describe('private Ed25519 JWK, JSON: signs the events of this service'),
  TOCSIN_EVENT_JWKS: json(z.partialRecord(z.enum(serviceNames), PublicJwks)).describe(
    'JSON object, JWKS by service: public keys of the services whose events are heard',
  ),
  TOCSIN_ROTA_HORIZON_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(90)
    .default(14)
    .describe('how many days ahead every on-call rota is searched for gaps, each minute; 1 to 90'),
};

export type Config = ReturnType<typeof readConfig>;

/** @throws ConfigError naming all problems. */
export const readConfig = (env?: NodeJS.ProcessEnv) => loadConfig(shape, env);
