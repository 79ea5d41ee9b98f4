import { inTransaction, type Database, type Page, type PageOrder, type Transaction } from '@tocsin/database';
import { mustBeAllowed, servicePrincipal } from '@tocsin/access';
import type { Part } from '@tocsin/runtime';
import { detectorOf, renewed, reportIntake } from './domain/detector.ts';
import type { Detector } from './domain/detector.ts';
import type { Rule } from './domain/sigma/rule.ts';
import { detectorStore } from './store/detector-store.ts';

/** At start, brings the detectors' rows up to the packaged rules; nothing is written if nothing differs. */
export const createDetectors = (db: Database, rules: readonly Rule[]): Part => ({
  name: 'detectors',
  start: () =>
    inTransaction(db, { by: servicePrincipal('detection'), action: 'renewDetectors' }, (tx) =>
      renewDetectors(tx, rules),
    ),
  stop: () => Promise.resolve(),
  ready: () => true,
});

async function renewDetectors(tx: Transaction, rules: readonly Rule[]): Promise<void> {
  await tx.manager.sql`/* detector.renew */ select pg_advisory_xact_lock(hashtextextended('renewDetectors', 0))`;
  const store = detectorStore(tx);
  for (const packaged of [reportIntake, ...rules.map(detectorOf)]) {
    const state = renewed(await store.find(packaged.id), packaged);
    if (state !== undefined) await tx.commit(detectorStore, { state, events: [] });
  }
}

/** Errors: FORBIDDEN, INVALID_INPUT. */
export function listDetectors(tx: Transaction, order: PageOrder): Promise<Page<Detector>> {
  mustBeAllowed(tx.by, 'read:detector');
  return detectorStore(tx).page(order);
}
