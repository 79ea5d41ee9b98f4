import { tableStore, type Store, type Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { AuditGrant } from '../domain/audit-grant.ts';
import { auditGrantTable } from './audit-grant-table.ts';
import { isUuid } from './uuid.ts';

interface AuditGrantStore extends Store<AuditGrant> {
  /** Every grant that this auditor ever had for the incident. */
  listOf(incidentId: string, auditorId: string): Promise<AuditGrant[]>;
  /** Of one incident, newest first, before the given one. */
  page(incidentId: string, limit: number, before: { grantedAt: Date; id: string } | null): Promise<AuditGrant[]>;
}

const rowsOf = tableStore('auditGrant', auditGrantTable);

export function auditGrantStore(tx: Transaction): AuditGrantStore {
  const rows = tx.manager.getRepository(auditGrantTable);
  const store = rowsOf(tx);
  return {
    ...store,
    get: (id) => (isUuid(id) ? store.get(id) : Promise.reject(NotFound())),
    listOf: (incidentId, auditorId) => rows.findBy({ incidentId, auditorId }),
    page: (incidentId, limit, before) => {
      const query = rows.createQueryBuilder('g').where('g.incident_id = :incidentId', { incidentId });
      if (before !== null) query.andWhere('(g.granted_at, g.id) < (:grantedAt, :id)', before);
      return query.orderBy('g.granted_at', 'DESC').addOrderBy('g.id', 'DESC').limit(limit).getMany();
    },
  };
}
