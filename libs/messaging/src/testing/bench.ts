import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { importSigningKey, servicePrincipal, type PrivateJwk } from '@tocsin/access';
import { events, StageChanged, occurred, type EventMeta, type Handlers } from '@tocsin/contracts';
import {
  connect,
  inTransaction,
  migrateService,
  provisionService,
  type Database,
  type Transaction,
} from '@tocsin/database';
import { createLogger, type Part } from '@tocsin/runtime';
import { createKafkaBus, type EventBus } from '../index.ts';
import type { ConsumerOptions } from '../consumer.ts';
import type { EventKeys } from '../signature.ts';

/* A producer (incident) and a consumer (classification) on real PostgreSQL and Kafka, with topics of their own. */

export interface Effect {
  readonly eventId: string;
  readonly incidentId: string;
  readonly n: number;
}

export interface Bench {
  readonly producer: Database;
  readonly consumer: Database;
  readonly bus: EventBus;
  readonly eventKeys: EventKeys;
  readonly handled: ConsumerOptions<'classification'>;
  /** Superuser: sees and changes everything. */
  readonly admin: Database;
  /** Runs before each effect; throws to make the event poison. */
  beforeEffect: (n: number, meta: EventMeta, tx: Transaction) => void | Promise<void>;
  /** Announces event `n` of an incident, committed when it resolves. */
  announce(incidentId: string, ...numbers: number[]): Promise<void>;
  /** Every effect, in the order in which it was recorded; a second effect of an event would show. */
  effects(incidentId?: string): Promise<readonly Effect[]>;
  /** Starts a part and stops it with the bench. */
  run<P extends Part>(part: P): Promise<P>;
  close(): Promise<void>;
}

const log = createLogger('messaging-spec', process.env['TOCSIN_LOG_LEVEL'] ?? 'fatal');
export const specLog = log;

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this with npm test -- libs/messaging`);
  return value;
};

export interface BenchOptions {
  readonly brokers?: readonly string[];
}

/** Starts it in a database and under topics of its own. Needs the environment that `npm test` gives. */
export async function createBench({
  brokers = required('TOCSIN_TEST_KAFKA_BROKERS').split(','),
}: BenchOptions = {}): Promise<Bench> {
  const adminUrl = required('TOCSIN_TEST_DATABASE_URL');
  const name = `messaging_${randomUUID().replaceAll('-', '')}`;
  const server = await open(connect({ url: adminUrl, service: 'incident', tables: [], log, poolSize: 1 }));
  await server.source.query(`create database ${name}`);
  const url = withPath(adminUrl, name);
  // The roles are the cluster's: the same password as the testkit's, or specs that run beside this one lose theirs.
  for (const service of ['incident', 'classification'] as const) {
    await provisionService(url, service, 'tocsin-test');
    await migrateService(url, service, null);
  }
  const { signingKey, jwks } = await makeKeys();
  const producer = await open(
    connect({ url: asRole(url, 'incident'), service: 'incident', tables: [], log, signingKey }),
  );
  const consumer = await open(
    connect({ url: asRole(url, 'classification'), service: 'classification', tables: [], log }),
  );
  const admin = await open(connect({ url, service: 'incident', tables: [], log, poolSize: 2 }));
  await admin.source.query(`create table classification.effect (nth bigint generated always as identity,
    event_id uuid not null, incident_id uuid not null, n int not null)`);
  await admin.source.query('grant select, insert on classification.effect to classification_app');
  const bus = createKafkaBus({ brokers, clientId: 'messaging-spec', log, prefix: `${name}.` });
  await bus.start();
  const topics = ['tocsin.incident', 'tocsin.detection', 'tocsin.classification', 'tocsin.notification'];
  await bus.createTopics(topics, 4);
  await bus.createTopics(
    topics.map((topic) => `${topic}.dlq`),
    1,
  );
  const running: Part[] = [];
  const eventKeys = { incident: jwks };
  const bench: Bench = {
    ...{ producer, consumer, bus, eventKeys, admin },
    handled: { db: consumer, bus, service: 'classification', handlers: recording(() => bench), eventKeys, log },
    beforeEffect: () => undefined,
    announce: (incidentId, ...numbers) => announce(producer, incidentId, numbers),
    effects: (incidentId) =>
      admin.source.query(
        `select event_id as "eventId", incident_id as "incidentId", n from classification.effect
         where $1::uuid is null or incident_id = $1 order by nth`,
        [incidentId ?? null],
      ),
    run: async (part) => {
      running.push(part);
      await part.start();
      return part;
    },
    close: async () => {
      for (const part of running.reverse()) await part.stop();
      await bus.stop();
      for (const db of [producer, consumer, admin]) await db.stop();
      await server.source.query(`drop database ${name} with (force)`);
      await server.stop();
    },
  };
  return bench;
}

async function open(db: Database): Promise<Database> {
  await db.start();
  return db;
}

const withPath = (url: string, database: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
};

/** The rights of the service's own role, whatever its password. */
const asRole = (url: string, service: string): string => {
  const changed = new URL(url);
  changed.searchParams.set('options', `-c role=${service}_app -c search_path=${service}`);
  return changed.href;
};

async function makeKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const kid = 'incident.1';
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid } as PrivateJwk;
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kty: 'OKP', kid }] };
  return { signingKey: await importSigningKey(jwk), jwks };
}

const announce = (db: Database, incidentId: string, numbers: readonly number[]): Promise<void> =>
  inTransaction(db, { by: servicePrincipal('incident'), action: 'changeStage' }, async (tx) => {
    const state = { id: incidentId, version: 1 };
    const saved = () => Promise.resolve();
    const store = () => ({
      aggregate: 'incident',
      find: () => Promise.resolve(state),
      get: () => Promise.resolve(state),
      save: saved,
    });
    const at = tx.now.toISOString();
    await tx.commit(store, {
      state,
      events: numbers.map((n) =>
        occurred(StageChanged, { incidentId, at, from: 'DETECT', to: 'DIAGNOSE', n, cycle: 1 }),
      ),
    });
  });

/** A handler for each event, whose effect is a row: no constraint hides a second one. */
function recording(bench: () => Bench): Handlers<'classification', Transaction> {
  const handle = async (data: { incidentId: string; n: number }, tx: Transaction, meta: EventMeta): Promise<void> => {
    await bench().beforeEffect(data.n, meta, tx);
    await tx.manager.query('insert into effect (event_id, incident_id, n) values ($1, $2, $3)', [
      meta.id,
      data.incidentId,
      data.n,
    ]);
  };
  const names = events
    .filter(({ consumers }: { readonly consumers: readonly string[] }) => consumers.includes('classification'))
    .map(({ name }) => [name, handle]);
  return Object.fromEntries(names) as unknown as Handlers<'classification', Transaction>;
}

/** Repeats the assertion until it holds; after the time limit its last failure is the test's. */
export async function eventually(assertion: () => Promise<void>, timeoutMs = 20_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    }
  }
}
