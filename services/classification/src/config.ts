import { PrivateJwk, PublicJwks } from '@tocsin/access';
import { databaseConfig, httpConfig, json, kafkaConfig, loadConfig, logConfig } from '@tocsin/runtime';
import { serviceNames } from '@tocsin/contracts';
import { z } from 'zod';

export const shape = {
  ...httpConfig,
  ...logConfig,
  ...databaseConfig,
  ...kafkaConfig,
  TOCSIN_CONTEXT_JWKS: json(PublicJwks).describe('JSON; public keys of the gateway, which signs who is asking'),
  TOCSIN_EVENT_PRIVATE_JWK: json(PrivateJwk).describe('JSON; private Ed25519 key that signs this service’s events'),
  TOCSIN_EVENT_JWKS: json(z.record(z.enum(serviceNames), PublicJwks)).describe('JSON; public event keys by service'),
};

export type Config = ReturnType<typeof readConfig>;

export const readConfig = (env?: NodeJS.ProcessEnv) => loadConfig(shape, env);
