import type { ConflictChanged, EventData } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { knownConflictStore } from './store/known-conflict-store.ts';
import type { KnownConflict } from './store/known-conflict-table.ts';

/* Where this service hears that decisions about an incident contradict each other, and that they no longer do. */

/** On ConflictChanged. Answers the conflict that has just come up here; null if it is settled, or was known. */
export async function hearConflict(
  tx: Transaction,
  { incidentId, conflictId: id, kind, open, at }: EventData<typeof ConflictChanged>,
): Promise<KnownConflict | null> {
  const conflict = { id, incidentId, kind, openedAt: new Date(at), open };
  const isNew = await knownConflictStore(tx).add(conflict);
  if (!isNew && !open) await knownConflictStore(tx).close(id);
  return isNew && open ? conflict : null;
}

/** The open conflicts of each of several incidents, oldest first. */
export async function listOpenConflicts(
  tx: Transaction,
  incidentIds: readonly string[],
): Promise<{ readonly id: string; readonly value: readonly KnownConflict[] }[]> {
  const open = await knownConflictStore(tx).listOpen(incidentIds);
  return incidentIds.map((id) => ({ id, value: open.filter(({ incidentId }) => incidentId === id) }));
}
