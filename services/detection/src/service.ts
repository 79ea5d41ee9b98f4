import { importSigningKey, tokenVerifier } from '@tocsin/access';
import { connect, createAuditSealer } from '@tocsin/database';
import { createConsumer, createKafkaBus, createRelay } from '@tocsin/messaging';
import { createMetrics, type Logger, type Part } from '@tocsin/runtime';
import { createSubgraph } from '@tocsin/subgraph';
import type { Config } from './config.ts';
import { createDetectors } from './detectors.ts';
import { createJudge } from './domain/judge.ts';
import { createIntake } from './edge/intake.ts';
import { handlers } from './events.ts';
import { loaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers.ts';
import { packagedRules, readRules } from './rules.ts';
import { suppressionExpiry } from './suppression-expiry.ts';
import { tables } from './store/tables.ts';

/** The parts of the detection service, in the order in which they start. Errors: RULE_INVALID. */
export async function createService(config: Config, log: Logger): Promise<Part[]> {
  const rules = readRules(config.TOCSIN_RULES_DIR ?? packagedRules);
  const signingKey = await importSigningKey(config.TOCSIN_EVENT_PRIVATE_JWK);
  const metrics = createMetrics('detection');
  const db = connect({ url: config.DATABASE_URL, service: 'detection', tables, log, signingKey });
  const bus = createKafkaBus({ brokers: config.KAFKA_BROKERS, clientId: 'tocsin-detection', log });
  const host = config.TOCSIN_HOST;
  const intake = createIntake({
    db,
    judge: createJudge(rules),
    verify: tokenVerifier(config.TOCSIN_ISSUERS),
    http: { host, port: config.TOCSIN_INTAKE_PORT },
    log,
    metrics,
  });
  const eventKeys = config.TOCSIN_EVENT_JWKS;
  const consumer = createConsumer({ db, bus, service: 'detection', handlers, eventKeys, log, metrics });
  const relay = createRelay({ db, bus, log, metrics });
  const sealer = createAuditSealer({ db, key: signingKey, log, metrics, file: config.TOCSIN_AUDIT_HEADS_FILE });
  const expiry = suppressionExpiry(db, log);
  const parts: Part[] = [db, bus, relay, consumer, createDetectors(db, rules), intake, sealer, expiry];
  const subgraph = createSubgraph({
    service: 'detection',
    db,
    log,
    metrics,
    http: { host, port: config.PORT },
    schemaDirectory: new URL('../schema/', import.meta.url),
    resolvers,
    loaders,
    contextJwks: config.TOCSIN_CONTEXT_JWKS,
    parts: () => parts,
  });
  return [...parts, subgraph];
}
