import { can } from '@tocsin/access';
import type { Transaction } from '@tocsin/database';
import { rolesIn } from './domain/incident.ts';
import { stateAt, type Transfer } from './domain/transfer.ts';
import { incidentStore } from './store/incident-store.ts';
import { transferStore } from './store/transfer-store.ts';

/** What is asked, and decided, about evidence leaving these incidents; for their members. */
export async function listTransfers(
  tx: Transaction,
  incidentIds: readonly string[],
): Promise<{ readonly id: string; readonly value: readonly Transfer[] }[]> {
  const incidents = (await incidentStore(tx).list(incidentIds)).filter((incident) =>
    can(tx.by, 'read:transfer', { memberAs: rolesIn(incident, tx.by.id, tx.now) }),
  );
  const found = await transferStore(tx).listByIncident(incidents.map(({ id }) => id));
  const now = found.map((transfer) => ({ ...transfer, state: stateAt(transfer, tx.now) }));
  return incidents.map(({ id }) => ({ id, value: now.filter(({ incidentId }) => incidentId === id) }));
}
