import { z } from 'zod';
import { PrivateJwk, PublicJwks } from '@tocsin/access';
import { serviceNames } from '@tocsin/contracts';
import {
  ConfigError,
  databaseConfig,
  egressConfig,
  httpConfig,
  isWebhookSecret,
  json,
  kafkaConfig,
  loadConfig,
  logConfig,
  portSetting,
  type SafeRequest,
} from '@tocsin/runtime';
import { evidenceConfig } from './evidence-config.ts';
import type { PlanTool } from './plan-worker.ts';

export const shape = {
  ...httpConfig,
  ...logConfig,
  ...databaseConfig,
  ...kafkaConfig,
  ...egressConfig,
  TOCSIN_FILES_PORT: portSetting.default(4011).describe('TCP port where evidence is brought and fetched'),
  TOCSIN_FILES_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('how callers reach that port, if there is a proxy in front; http://127.0.0.1:<port> if not given'),
  ...evidenceConfig,
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
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).describe('mail server that takes the pages, best an MTA on loopback'),
  TOCSIN_MAIL_FROM: z.email().describe('sender address of pages'),
  TOCSIN_MAIL_DOMAIN: z.string().min(1).describe('domain of the Message-ID of pages'),
  TOCSIN_PAGE_ACK_MINUTES: z.coerce
    .number()
    .positive()
    .max(1_440)
    .default(5)
    .describe('minutes in which somebody has to acknowledge a page before the next is called'),
  TOCSIN_PLAN_WEBHOOK_URL: z
    .string()
    .optional()
    .describe('https address at which the tool of the incident management plan is told of each stage change'),
  TOCSIN_PLAN_WEBHOOK_SECRET: z
    .string()
    .optional()
    .describe('whsec_ and base64 of 24 to 64 random bytes; signs what the tool is told (Standard Webhooks)'),
};

export type Config = ReturnType<typeof readConfig>;

/** @throws ConfigError naming all problems. */
export const readConfig = (env?: NodeJS.ProcessEnv) => loadConfig(shape, env);

/**
 * The tool of the incident management plan; null if none is configured.
 *
 * @throws ConfigError if one of the two settings is missing or wrong.
 */
export function planToolOf(
  config: Pick<Config, 'TOCSIN_PLAN_WEBHOOK_URL' | 'TOCSIN_PLAN_WEBHOOK_SECRET'>,
  checkUrl: SafeRequest['check'],
): PlanTool | null {
  const { TOCSIN_PLAN_WEBHOOK_URL: url = '', TOCSIN_PLAN_WEBHOOK_SECRET: secret = '' } = config;
  if (url === '' && secret === '') return null;
  if (!isWebhookSecret(secret))
    throw new ConfigError('TOCSIN_PLAN_WEBHOOK_SECRET must be whsec_ and base64 of 24 to 64 random bytes.');
  try {
    checkUrl(url);
  } catch (error) {
    throw new ConfigError(`TOCSIN_PLAN_WEBHOOK_URL: ${error instanceof Error ? error.message : 'it is refused'}`);
  }
  return { url, secret };
}
