import { randomUUID } from 'node:crypto';
import { mustBeAllowed, type Operation } from '@tocsin/access';
import type { StaffRole } from '@tocsin/contracts';
import { expectVersion, type Transaction } from '@tocsin/database';
import * as rules from './domain/rota.ts';
import type { Rota, RotaChange, RotaPlan } from './domain/rota.ts';
import { openGapAlarms, type GapSettings } from './rota-gap-alarms.ts';
import { rotaStore } from './store/rota-store.ts';
import { staffMemberStore } from './store/staff-member-store.ts';

/** Which rota a command is about, and which version of it the caller saw. */
export interface RotaTarget {
  readonly rotaId: string;
  readonly expectedVersion: number;
}

/** Plans the rota of a role; the first to save, at version 0, makes it. */
export async function saveRota(
  tx: Transaction,
  order: RotaPlan & { readonly role: StaffRole; readonly expectedVersion: number },
  settings: GapSettings,
): Promise<Rota> {
  mustBeAllowed(tx.by, 'saveRota');
  const rota = (await rotaStore(tx).findByRole(order.role)) ?? rules.blankRota(randomUUID(), order.role);
  expectVersion(rota, order.expectedVersion);
  const { name, zone, layers } = order;
  const eligible = await staffMemberStore(tx).listIn(order.role);
  return save(tx, rules.saveRota(rota, { name, zone, layers }, eligible), settings);
}

/** Puts somebody, or nobody, on call instead of whom the layers name. */
export const overrideOnCall = (
  tx: Transaction,
  order: RotaTarget & rules.OverrideOrder & { readonly overrideId: string },
  settings: GapSettings,
): Promise<Rota> =>
  onRota(tx, 'overrideOnCall', order, settings, (rota, eligible) =>
    rules.overrideOnCall(rota, order, eligible, { overrideId: order.overrideId, actorId: tx.by.id, now: tx.now }),
  );

export const removeOverride = (
  tx: Transaction,
  order: RotaTarget & { readonly overrideId: string },
  settings: GapSettings,
): Promise<Rota> =>
  onRota(tx, 'removeOverride', order, settings, (rota) => rules.removeOverride(rota, order.overrideId, tx.now));

/** Takes a rota out of use; the alarms about its gaps, and the pages about them, end with it. */
export const retireRota = (
  tx: Transaction,
  order: RotaTarget & { readonly reason: string },
  settings: GapSettings,
): Promise<Rota> =>
  onRota(tx, 'retireRota', order, settings, (rota) =>
    rules.retireRota(rota, order, { actorId: tx.by.id, now: tx.now }),
  );

/** May I, load, is it what the caller saw, decide, commit. */
async function onRota(
  tx: Transaction,
  operation: Operation,
  { rotaId, expectedVersion }: RotaTarget,
  settings: GapSettings,
  rule: (rota: Rota, eligible: ReadonlySet<string>) => RotaChange,
): Promise<Rota> {
  mustBeAllowed(tx.by, operation);
  const rota = await rotaStore(tx).get(rotaId);
  expectVersion(rota, expectedVersion);
  return save(tx, rule(rota, await staffMemberStore(tx).listIn(rota.role)), settings);
}

/** What this change leaves open is alarmed about with it, and not a minute later. */
async function save(tx: Transaction, change: RotaChange, settings: GapSettings): Promise<Rota> {
  const rota = await tx.commit(rotaStore, change);
  await openGapAlarms(tx, rota.id, settings);
  return rota;
}
