import { z } from 'zod';
import { PublicJwks } from '@tocsin/access';
import { serviceNames } from '@tocsin/contracts';
import { databaseConfig, json, loadConfig, logConfig } from '@tocsin/runtime';

const rebuildShape = {
  ...logConfig,
  ...databaseConfig,
  TOCSIN_EVENT_JWKS: json(z.partialRecord(z.enum(serviceNames), PublicJwks)).describe(
    'JSON object, JWKS by service: public keys of the services whose events are heard',
  ),
  TOCSIN_LOG_DATABASE_URLS: json(z.partialRecord(z.enum(serviceNames), databaseConfig.DATABASE_URL)).describe(
    'JSON object, PostgreSQL URL by service, as the role <service>_app: the logs that a projection is rebuilt from',
  ),
};

/** @throws ConfigError naming all problems. */
export const readRebuildConfig = () => loadConfig(rebuildShape);
