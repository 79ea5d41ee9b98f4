import { In } from 'typeorm';
import type { Transaction } from '@tocsin/database';
import type { KnownDetection } from '../domain/known-facts.ts';
import { knownDetectionTable } from './known-detection-table.ts';
import { knownTenantTable } from './known-tenant-table.ts';

/* Our copies of what detection and notification announced; written by facts.ts only. */

export const saveDetection = (tx: Transaction, detection: KnownDetection): Promise<unknown> =>
  tx.manager.getRepository(knownDetectionTable).upsert({ ...detection, tenantIds: [...detection.tenantIds] }, ['id']);

export const listDetections = (tx: Transaction, ids: readonly string[]): Promise<KnownDetection[]> =>
  tx.manager.getRepository(knownDetectionTable).find({ where: { id: In([...ids]) }, order: { id: 'ASC' } });

export const saveTenant = (tx: Transaction, id: string): Promise<unknown> =>
  tx.manager.getRepository(knownTenantTable).upsert({ id }, ['id']);

/** Those of the ids that the directory has. */
export async function listTenants(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const found = await tx.manager.getRepository(knownTenantTable).findBy({ id: In([...ids]) });
  return found.map(({ id }) => id);
}
