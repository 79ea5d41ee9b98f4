import { In } from 'typeorm';
import type { Role } from '@tocsin/access';
import type { Transaction } from '@tocsin/database';
import type { KnownAction } from '../domain/measures.ts';
import type { KnownScope } from '../domain/notice.ts';
import { KnownActionTable } from './known-action-table.ts';
import {
  KnownExerciseIncidentTable,
  KnownMemberTable,
  KnownScopeTable,
  type KnownExerciseIncident,
  type KnownMember,
} from './tables.ts';

/* Our copies of what incident and classification decided; written by facts.ts only. */

export const saveMember = (tx: Transaction, member: KnownMember): Promise<unknown> =>
  tx.manager.getRepository(KnownMemberTable).upsert(member, ['incidentId', 'principalId', 'role']);

/** The roles in which the principal is a member of the incident now. */
export async function rolesIn(tx: Transaction, incidentId: string, principalId: string): Promise<readonly Role[]> {
  const members = await tx.manager.getRepository(KnownMemberTable).findBy({ incidentId, principalId });
  return members.filter(({ until }) => until === null || until > tx.now).map(({ role }) => role as Role);
}

export const saveScope = (tx: Transaction, scope: KnownScope): Promise<unknown> =>
  tx.manager
    .getRepository(KnownScopeTable)
    .upsert({ ...scope, subscriptionIds: [...scope.subscriptionIds], dataCategories: [...scope.dataCategories] }, [
      'incidentId',
      'tenantId',
    ]);

export const findScope = (tx: Transaction, incidentId: string, tenantId: string): Promise<KnownScope | null> =>
  tx.manager.getRepository(KnownScopeTable).findOneBy({ incidentId, tenantId });

export const listScopes = (tx: Transaction, incidentId: string): Promise<KnownScope[]> =>
  tx.manager.getRepository(KnownScopeTable).find({ where: { incidentId }, order: { tenantId: 'ASC' } });

export const saveExerciseIncident = (tx: Transaction, incident: KnownExerciseIncident): Promise<unknown> =>
  tx.manager.getRepository(KnownExerciseIncidentTable).upsert(incident, ['incidentId']);

/** Whoever is a member of the incident can rely on it: both come from one topic, under one key, in this order. */
export async function findExerciseOf(tx: Transaction, incidentId: string): Promise<string | null> {
  const found = await tx.manager.getRepository(KnownExerciseIncidentTable).findOneBy({ incidentId });
  return found?.exerciseId ?? null;
}
export const saveAction = (tx: Transaction, action: KnownAction): Promise<unknown> =>
  tx.manager.getRepository(KnownActionTable).upsert(action, ['incidentId', 'id']);

/** Those of the ids that are actions of this incident. */
export const listActions = (tx: Transaction, incidentId: string, ids: readonly string[]): Promise<KnownAction[]> =>
  tx.manager.getRepository(KnownActionTable).findBy({ incidentId, id: In([...ids]) });
