import { importSigningKey } from '@tocsin/access';
import { connect, createAuditSealer } from '@tocsin/database';
import { createConsumer, createKafkaBus, createRelay } from '@tocsin/messaging';
import { createMetrics, type Logger, type Part } from '@tocsin/runtime';
import { createSubgraph } from '@tocsin/subgraph';
import type { Config } from './config.ts';
import { createDeliveryWorker } from './deliveries.ts';
import { handlers } from './events.ts';
import { createResolvers, loaders } from './graphql/resolvers.ts';
import { tables } from './store/tables.ts';

/** The service as a list of parts, in the order they start. */
export async function createService(config: Config, log: Logger): Promise<readonly Part[]> {
  const metrics = createMetrics('notification');
  const signingKey = await importSigningKey(config.TOCSIN_EVENT_PRIVATE_JWK);
  const db = connect({ url: config.DATABASE_URL, service: 'notification', tables, log, signingKey });
  const bus = createKafkaBus({ brokers: config.KAFKA_BROKERS, clientId: 'tocsin-notification', log });
  const relay = createRelay({ db, bus, log, metrics });
  const consumer = createConsumer({
    db,
    bus,
    service: 'notification',
    handlers,
    eventKeys: config.TOCSIN_EVENT_JWKS,
    log,
    metrics,
  });
  const worker = createDeliveryWorker(db, { smtpUrl: config.SMTP_URL, from: config.TOCSIN_MAIL_FROM }, log);
  const sealer = createAuditSealer({ db, key: signingKey, log, metrics, file: config.TOCSIN_AUDIT_HEADS_FILE });
  const parts: Part[] = [db, bus, relay, consumer, worker, sealer];
  const subgraph = createSubgraph({
    service: 'notification',
    db,
    log,
    metrics,
    http: { host: config.TOCSIN_HOST, port: config.PORT },
    schemaDirectory: new URL('../schema/', import.meta.url),
    resolvers: createResolvers(config.TOCSIN_MAIL_DOMAIN),
    loaders,
    contextJwks: config.TOCSIN_CONTEXT_JWKS,
    parts: () => parts,
  });
  return [...parts, subgraph];
}
