import { servicePrincipal } from '@tocsin/access';
import { inTransaction, type Database } from '@tocsin/database';
import { createLoop, type Logger, type Loop } from '@tocsin/runtime';
import { expireTransfers } from './transfers.ts';

/** Says of transfers whose time is over that it is. Nothing waits for it: the end holds to the second without. */
export const transferExpiry = (db: Database, log: Logger): Loop =>
  createLoop({
    name: 'transfer expiry',
    log,
    idleMs: 30_000,
    round: () => inTransaction(db, { by: servicePrincipal(db.service), action: 'expireTransfer' }, expireTransfers),
  });
