import { randomUUID } from 'node:crypto';
import { servicePrincipal, type Principal } from '@tocsin/access';
import type { ScopeStatus } from '@tocsin/contracts';
import { inTransaction, read, type Transaction } from '@tocsin/database';
import { aPrincipal, testDatabase, type TestDatabase } from '@tocsin/testkit';
import { saveContact, saveTenant } from '../directory.ts';
import type { Notice } from '../domain/notice.ts';
import { handlers } from '../events.ts';
import { approveNotice, draftNotice, sendNotice } from '../notices.ts';
import { tables } from '../store/tables.ts';
import { fields } from './a-notice.ts';

/* The service on a database of its own, for specs. */

export const admin = aPrincipal('PLATFORM_ADMIN');
export const manager = aPrincipal('INCIDENT_MANAGER');
export const writer = aPrincipal('COMMUNICATIONS');
export const legal = aPrincipal('LEGAL');
export const executive = aPrincipal('EXECUTIVE_INCIDENT_MANAGER');
export const meta = { id: randomUUID(), type: 'tocsin.test', occurredAt: new Date() };
export const mailDomain = 'mail.example';
export const declaredAt = '2026-11-20T09:00:00.000Z';

type Work<T> = (tx: Transaction) => Promise<T>;

export interface Customer {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly address: string;
}

export interface Bench {
  readonly database: TestDatabase;
  write<T>(by: Principal, work: Work<T>): Promise<T>;
  look<T>(by: Principal, work: Work<T>): Promise<T>;
  /** Handles events, as the service itself. */
  hear(work: Work<unknown>): Promise<unknown>;
  /** A tenant with one Azure subscription and one security contact. */
  aCustomer(name?: string): Promise<Customer>;
  /** An incident with its members, known from the events of others. */
  anIncident(): Promise<string>;
  scope(incidentId: string, customer: Customer, status: ScopeStatus): Promise<unknown>;
  declare(incidentId: string, declaredAt?: string): Promise<unknown>;
  retract(incidentId: string): Promise<unknown>;
  authorize(incidentId: string): Promise<unknown>;
  /** A draft that LEGAL has approved. */
  anApproved(incidentId: string, tenantId: string): Promise<Notice>;
  /** A notice that was sent in a new incident: declared, authorised, the tenant LIKELY. */
  aSent(customer: Customer): Promise<Notice>;
}

export async function createBench(): Promise<Bench> {
  const database = await testDatabase('notification', tables);
  const write = <T>(by: Principal, work: Work<T>) => inTransaction(database.db, { by, action: 'test' }, work);
  const look = <T>(by: Principal, work: Work<T>) => read(database.db, by, work);
  const hear = (work: Work<unknown>) => write(servicePrincipal('notification'), work);
  const base = { database, write, look, hear };
  const gates = gatesOf(hear);
  const aCustomer = (name = 'Contoso') => write(admin, (tx) => addCustomer(tx, name));
  const anApproved = (incidentId: string, tenantId: string) => makeApproved(write, incidentId, tenantId);
  const aSent = async (customer: Customer): Promise<Notice> => {
    const incidentId = await gates.anIncident();
    await gates.scope(incidentId, customer, 'LIKELY');
    await gates.declare(incidentId);
    await gates.authorize(incidentId);
    const { id: noticeId, version: expectedVersion } = await anApproved(incidentId, customer.tenantId);
    return write(writer, (tx) => sendNotice(tx, { noticeId, expectedVersion }, mailDomain));
  };
  return { ...base, ...gates, aCustomer, anApproved, aSent };
}

const gatesOf = (hear: Bench['hear']) => ({
  anIncident: async () => {
    const incidentId = randomUUID();
    for (const [{ id: principalId }, role] of [
      [manager, 'INCIDENT_MANAGER'],
      [writer, 'COMMUNICATIONS'],
      [legal, 'LEGAL'],
      [executive, 'EXECUTIVE_INCIDENT_MANAGER'],
    ] as const) {
      const fact = { incidentId, principalId, role, onCall: false, at: declaredAt };
      await hear((tx) => handlers.AssignmentChanged(fact, tx, meta));
    }
    return incidentId;
  },
  scope: (incidentId: string, { tenantId, subscriptionId }: Customer, status: ScopeStatus) => {
    const fact = {
      incidentId,
      tenantId,
      subscriptionIds: [subscriptionId],
      status,
      dataCategories: [],
      at: declaredAt,
    };
    return hear((tx) => handlers.ScopeChanged(fact, tx, meta));
  },
  declare: (incidentId: string, at = declaredAt) => {
    const fact = { incidentId, basis: ['ACCESS_LIKELY' as const], domains: ['SECURITY' as const], declaredAt: at, at };
    return hear((tx) => handlers.CrspiDeclared(fact, tx, meta));
  },
  retract: (incidentId: string) => hear((tx) => handlers.CrspiRetracted({ incidentId, at: declaredAt }, tx, meta)),
  authorize: (incidentId: string) =>
    hear((tx) => handlers.ExecutionAuthorized({ incidentId, at: declaredAt }, tx, meta)),
});

async function addCustomer(tx: Transaction, name: string): Promise<Customer> {
  const [tenantId, subscriptionId] = [randomUUID(), randomUUID()];
  const address = `security@${tenantId}.example`;
  const subscriptions = [{ id: subscriptionId, family: 'AZURE' as const }];
  await saveTenant(tx, { tenantId, expectedVersion: 0, name, zone: 'Europe/Berlin', locale: 'en', subscriptions });
  await saveContact(tx, { tenantId, expectedVersion: 0, roles: ['SECURITY_CONTACT'], address, locale: 'en' });
  return { tenantId, subscriptionId, address };
}

async function makeApproved(write: Bench['write'], incidentId: string, tenantId: string): Promise<Notice> {
  const order = { incidentId, tenantId, phase: 'INITIAL' as const };
  const { id: noticeId } = await write(writer, (tx) =>
    draftNotice(tx, { ...order, fields: { ...fields, recommendedActions: [...fields.recommendedActions] } }),
  );
  return write(legal, (tx) => approveNotice(tx, { noticeId, expectedVersion: 1, reason: 'true and complete' }));
}
