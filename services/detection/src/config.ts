import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { Issuers, PrivateJwk, PublicJwks } from '@tocsin/access';
import { serviceNames } from '@tocsin/contracts';
import { databaseConfig, httpConfig, json, kafkaConfig, logConfig, portSetting } from '@tocsin/runtime';

/** The settings of the detection service. */
export const configShape = {
  ...httpConfig,
  ...logConfig,
  ...databaseConfig,
  ...kafkaConfig,
  TOCSIN_CONTEXT_JWKS: json(PublicJwks).describe("the gateway's public keys, a JSON Web Key Set"),
  TOCSIN_EVENT_PRIVATE_JWK: json(PrivateJwk).describe("the key that signs this service's events, a JSON Web Key"),
  TOCSIN_EVENT_JWKS: json(z.partialRecord(z.enum(serviceNames), PublicJwks)).describe(
    'JSON object, JWKS by service: public keys of the services whose events are heard',
  ),
  TOCSIN_INTAKE_PORT: portSetting.describe('TCP port where detectors deliver signals'),
  TOCSIN_ISSUERS: Issuers.describe("who issues detectors' access tokens, a JSON array"),
  TOCSIN_RULES_DIR: z
    .string()
    .min(1)
    .transform((path) => pathToFileURL(`${path}/`))
    .optional()
    .describe('folder of Sigma rules instead of the packaged ones'),
};

export type Config = { readonly [K in keyof typeof configShape]: z.infer<(typeof configShape)[K]> };
