import type { Transaction } from '@tocsin/database';
import type { Grounds } from './domain/act.ts';
import * as rules from './domain/actions.ts';
import type { Incident } from './domain/incident.ts';
import { onIncident, type IncidentTarget } from './incidents.ts';
import { staffMemberStore } from './store/staff-member-store.ts';

/* What is done about an incident, and what is still to be done. */

type Target = IncidentTarget & rules.ActionTarget;

export const recordAction = (tx: Transaction, order: IncidentTarget & rules.ActionOrder): Promise<Incident> =>
  onIncident(tx, 'recordAction', order, async ({ incident, act }) =>
    rules.recordAction(incident, order, await listed(tx, order.ownerId, order.doneBy), act),
  );

export const startAction = (tx: Transaction, order: Target): Promise<Incident> =>
  onIncident(tx, 'startAction', order, ({ incident, act }) => rules.startAction(incident, order, act));

export const completeAction = (tx: Transaction, order: IncidentTarget & rules.CompletionOrder): Promise<Incident> =>
  onIncident(tx, 'completeAction', order, async ({ incident, act }) =>
    rules.completeAction(incident, order, await listed(tx, order.doneBy), act),
  );

export const cancelAction = (tx: Transaction, order: Target & Grounds): Promise<Incident> =>
  onIncident(tx, 'cancelAction', order, ({ incident, act }) => rules.cancelAction(incident, order, act));

export const reviewAction = (tx: Transaction, order: Target & Grounds): Promise<Incident> =>
  onIncident(tx, 'reviewAction', order, ({ incident, act }) => rules.reviewAction(incident, order, act));

const listed = (tx: Transaction, ...named: readonly (string | null)[]): Promise<rules.Listed> =>
  staffMemberStore(tx).listed(named.filter((id) => id !== null));
