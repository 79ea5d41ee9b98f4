import { servicePrincipal } from '@tocsin/access';
import { inTransaction, type Database } from '@tocsin/database';
import { createLoop, type Logger, type Loop } from '@tocsin/runtime';
import { expireSuppressions } from './suppressions.ts';

/** Announces the end of suppressions whose time is over. Nothing waits for it: the end holds to the second without. */
export const suppressionExpiry = (db: Database, log: Logger): Loop =>
  createLoop({
    name: 'suppression expiry',
    log,
    idleMs: 30_000,
    round: () =>
      inTransaction(db, { by: servicePrincipal(db.service), action: 'expireSuppression' }, expireSuppressions),
  });
