import { importSigningKey, publicJwks } from '@tocsin/access';
import { connect, createAuditSealer } from '@tocsin/database';
import { createConsumer, createKafkaBus, createRelay } from '@tocsin/messaging';
import { createMetrics, createSafeRequest, egressRulesOf, type Logger, type Part } from '@tocsin/runtime';
import { createSubgraph } from '@tocsin/subgraph';
import { planToolOf, type Config } from './config.ts';
import { auditExportRoute } from './edge/audit-export-route.ts';
import { evidenceRoutes } from './edge/evidence-routes.ts';
import { createFilesPort } from './edge/files-port.ts';
import { openEvidenceStorage } from './edge/open-evidence-storage.ts';
import { transferRoute } from './edge/transfer-route.ts';
import { handlers } from './events.ts';
import { evidencePlaceOf } from './evidence-config.ts';
import { ticketSigner } from './file-tickets.ts';
import { createLoaders } from './graphql/context.ts';
import { createResolvers } from './graphql/resolvers.ts';
import { createPageWorker } from './page-worker.ts';
import { createPlanWorker } from './plan-worker.ts';
import { createGapWatch } from './rota-gap-alarms.ts';
import { createHoldWatch } from './hold-reviews.ts';
import { tables } from './store/tables.ts';
import { transferExpiry } from './transfer-expiry.ts';

const service = 'incident';

/** The service as a list of parts, in the order they start. */
export async function createService(config: Config, log: Logger): Promise<readonly Part[]> {
  const metrics = createMetrics(service);
  const signingKey = await importSigningKey(config.TOCSIN_EVENT_PRIVATE_JWK);
  const db = connect({ url: config.DATABASE_URL, service, tables, log, signingKey });
  const bus = createKafkaBus({ brokers: config.KAFKA_BROKERS, clientId: `tocsin-${service}`, log });
  const relay = createRelay({ db, bus, log, metrics });
  const consumer = createConsumer({ db, bus, service, handlers, eventKeys: config.TOCSIN_EVENT_JWKS, log, metrics });
  const storage = await openEvidenceStorage(evidencePlaceOf(config), config.TOCSIN_EVIDENCE_MAX_BYTES, log);
  const files = createFilesPort({
    db,
    log,
    jwks: publicJwks(config.TOCSIN_EVENT_PRIVATE_JWK),
    routes: [...evidenceRoutes(db, storage), transferRoute(storage), auditExportRoute(db, signingKey)],
    http: { host: config.TOCSIN_HOST, port: config.TOCSIN_FILES_PORT },
  });
  const filesUrl = config.TOCSIN_FILES_URL ?? `http://127.0.0.1:${config.TOCSIN_FILES_PORT}`;
  const gapSettings = { horizonDays: config.TOCSIN_ROTA_HORIZON_DAYS };
  const watches = [transferExpiry(db, log), createGapWatch(db, gapSettings, log), createHoldWatch(db, log)];
  const sealer = createAuditSealer({ db, key: signingKey, log, metrics, file: config.TOCSIN_AUDIT_HEADS_FILE });
  const safeRequest = createSafeRequest(egressRulesOf(config));
  const mail = { smtpUrl: config.SMTP_URL, from: config.TOCSIN_MAIL_FROM, domain: config.TOCSIN_MAIL_DOMAIN };
  const paging = { mail, safeRequest, acknowledgeMinutes: config.TOCSIN_PAGE_ACK_MINUTES };
  const planTool = planToolOf(config, safeRequest.check);
  const workers = [createPageWorker(db, paging, log), createPlanWorker(db, planTool, safeRequest, log)];
  const parts: Part[] = [db, bus, relay, consumer, storage, files, ...watches, ...workers, sealer];
  const subgraph = createSubgraph({
    service,
    db,
    log,
    metrics,
    http: { host: config.TOCSIN_HOST, port: config.PORT },
    schemaDirectory: new URL('../schema/', import.meta.url),
    resolvers: createResolvers({
      sign: ticketSigner(signingKey, filesUrl),
      storage,
      gapSettings,
      checkUrl: safeRequest.check,
    }),
    loaders: createLoaders,
    contextJwks: config.TOCSIN_CONTEXT_JWKS,
    parts: () => parts,
  });
  return [...parts, subgraph];
}
