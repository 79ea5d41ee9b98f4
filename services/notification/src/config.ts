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
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).describe('mail server that takes the notices, best an MTA on loopback'),
  TOCSIN_MAIL_FROM: z.email().describe('sender address of notices'),
  TOCSIN_MAIL_DOMAIN: z.string().min(1).describe('domain of the Message-ID of notices'),
};

export type Config = ReturnType<typeof readConfig>;

export const readConfig = (env?: NodeJS.ProcessEnv) => loadConfig(shape, env);
