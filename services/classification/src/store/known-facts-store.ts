import { In, LessThan } from 'typeorm';
import type { Role } from '@tocsin/access';
import type { Transaction } from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { KnownExercise, KnownIncident } from '../domain/classification.ts';
import { KnownHoldTable, type KnownHold } from './known-hold-table.ts';
import {
  KnownEvidenceTable,
  KnownExerciseTable,
  KnownIncidentTable,
  KnownMemberTable,
  KnownTenantTable,
  type KnownEvidence,
  type KnownIncidentRow,
  type KnownMember,
  type KnownTenant,
} from './tables.ts';

/* Our copies of what incident and notification announced; written by facts.ts only. */

export const saveIncident = (tx: Transaction, incident: KnownIncidentRow): Promise<unknown> =>
  tx.manager.getRepository(KnownIncidentTable).upsert(incident, ['id']);

export const changeIncident = (tx: Transaction, id: string, change: Partial<KnownIncidentRow>): Promise<unknown> =>
  tx.manager.getRepository(KnownIncidentTable).update({ id }, change);

/** Never back, whatever is heard again. */
export const learnCycle = (tx: Transaction, id: string, cycle: number): Promise<unknown> =>
  tx.manager.getRepository(KnownIncidentTable).update({ id, cycle: LessThan(cycle) }, { cycle });

/**
 * The incident as it is known, and stays until the commit: an event about it waits, so that of two decisions that
 * contradict each other the later one finds the earlier. Errors: NOT_FOUND.
 */
export async function lockIncident(
  tx: Transaction,
  id: string,
  mode: 'pessimistic_read' | 'pessimistic_write' = 'pessimistic_read',
): Promise<KnownIncident> {
  const lock = { mode };
  const found = await tx.manager.getRepository(KnownIncidentTable).findOne({ where: { id }, lock });
  if (found === null) throw NotFound();
  const { exerciseId, ...incident } = found;
  return { ...incident, exercise: exerciseId === null ? null : await findExercise(tx, exerciseId) };
}

export const saveExercise = (tx: Transaction, exercise: KnownExercise): Promise<unknown> =>
  tx.manager.getRepository(KnownExerciseTable).upsert(exercise, ['id']);

/** Ids of the incidents that bear the mark of an exercise, in the order in which they are locked everywhere. */
export async function listOfExercise(tx: Transaction, exerciseId: string): Promise<readonly string[]> {
  const order = { id: 'ASC' } as const;
  const found = await tx.manager.getRepository(KnownIncidentTable).find({ where: { exerciseId }, order });
  return found.map(({ id }) => id);
}

/** Until the commit nobody else learns of the exercise or of its incidents: whoever comes second sees the first. */
export const lockExercise = (tx: Transaction, id: string): Promise<unknown> =>
  tx.manager.sql`/* known_exercise.lock */ select pg_advisory_xact_lock(hashtextextended(${`exercise ${id}`}, 0))`;

const findExercise = (tx: Transaction, id: string): Promise<KnownExercise | null> =>
  tx.manager.getRepository(KnownExerciseTable).findOneBy({ id });

export const saveMember = (tx: Transaction, member: KnownMember): Promise<unknown> =>
  tx.manager.getRepository(KnownMemberTable).upsert(member, ['incidentId', 'principalId', 'role']);

/** The roles in which the principal is a member of the incident now. */
export async function rolesIn(tx: Transaction, incidentId: string, principalId: string): Promise<readonly Role[]> {
  const members = await tx.manager.getRepository(KnownMemberTable).findBy({ incidentId, principalId });
  return members.filter(({ until }) => until === null || until > tx.now).map(({ role }) => role as Role);
}

export const saveEvidence = (tx: Transaction, evidence: KnownEvidence): Promise<unknown> =>
  tx.manager.getRepository(KnownEvidenceTable).upsert(evidence, ['incidentId', 'id']);

/** Those of the ids that are evidence of this incident. */
export async function knownEvidence(tx: Transaction, incidentId: string, ids: readonly string[]): Promise<Set<string>> {
  const found = await tx.manager.getRepository(KnownEvidenceTable).findBy({ incidentId, id: In([...ids]) });
  return new Set(found.map(({ id }) => id));
}

export const saveTenant = (tx: Transaction, { id, subscriptionIds }: KnownTenant): Promise<unknown> =>
  tx.manager.getRepository(KnownTenantTable).upsert({ id, subscriptionIds: [...subscriptionIds] }, ['id']);

export const findTenant = (tx: Transaction, id: string): Promise<KnownTenant | null> =>
  tx.manager.getRepository(KnownTenantTable).findOneBy({ id });

export const saveHold = (tx: Transaction, hold: KnownHold): Promise<unknown> =>
  tx.manager.getRepository(KnownHoldTable).upsert(hold, ['id']);

/** Whether an ACTIVE hold stops a notice of the incident. */
export const isHeld = (tx: Transaction, incidentId: string): Promise<boolean> =>
  tx.manager.getRepository(KnownHoldTable).existsBy({ incidentId, state: 'ACTIVE' });
