import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import type { Cin } from '../domain/cin.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { KnownScope, Notice } from '../domain/notice.ts';
import type { Obligation } from '../domain/obligation.ts';
import type { Contact, FeedChannel, Subscription } from '../domain/recipients.ts';
import type { Tenant } from '../domain/tenant.ts';
import { HandOverTable } from './hand-over-table.ts';
import { HoldTable } from './hold-table.ts';
import { KnownActionTable } from './known-action-table.ts';

/* The rows are the domain's own states: what differs is only how PostgreSQL spells the names. */

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const column = (
  name: string,
  type: 'uuid' | 'text' | 'int' | 'boolean' | 'jsonb',
  nullable = false,
): EntitySchemaColumnOptions => ({
  name,
  type,
  nullable,
});
const list = (name: string, type: 'uuid' | 'text'): EntitySchemaColumnOptions => ({ name, type, array: true });
const instant = (name: string, nullable = false): EntitySchemaColumnOptions => ({
  name,
  type: 'timestamptz',
  nullable,
});
const key = (name: string, constraint: string, type: 'uuid' | 'text' = 'uuid'): EntitySchemaColumnOptions => ({
  name,
  type,
  primary: true,
  primaryKeyConstraintName: constraint,
});
const reference = (name: string, target: string, column: string) => ({
  name,
  target,
  columnNames: [column],
  referencedColumnNames: ['id'],
});

export const TenantTable = new EntitySchema<Mutable<Tenant>>({
  name: 'tenant',
  columns: {
    id: key('id', 'tenant_pk'),
    version: column('version', 'int'),
    name: column('name', 'text'),
    zone: column('zone', 'text'),
    locale: column('locale', 'text'),
    supportRoute: column('support_route', 'text', true),
    updatedAt: instant('updated_at'),
  },
});

export const SubscriptionTable = new EntitySchema<Mutable<Subscription>>({
  name: 'subscription',
  columns: {
    id: key('id', 'subscription_pk'),
    tenantId: column('tenant_id', 'uuid'),
    family: column('family', 'text'),
  },
  indices: [{ name: 'subscription_tenant', columns: ['tenantId'] }],
  foreignKeys: [reference('subscription_tenant_fk', 'tenant', 'tenantId')],
});

export const ContactTable = new EntitySchema<Mutable<Contact>>({
  name: 'contact',
  columns: {
    id: key('id', 'contact_pk'),
    version: column('version', 'int'),
    tenantId: column('tenant_id', 'uuid'),
    subscriptionId: column('subscription_id', 'uuid', true),
    roles: list('roles', 'text'),
    address: column('address', 'text'),
    locale: column('locale', 'text'),
  },
  indices: [{ name: 'contact_tenant', columns: ['tenantId'] }],
  foreignKeys: [
    reference('contact_tenant_fk', 'tenant', 'tenantId'),
    reference('contact_subscription_fk', 'subscription', 'subscriptionId'),
  ],
});

/** A principal's part in an incident, as AssignmentChanged told it. */
export interface KnownMember {
  readonly incidentId: string;
  readonly principalId: string;
  readonly role: string;
  readonly until: Date | null;
}

export const KnownMemberTable = new EntitySchema<Mutable<KnownMember>>({
  name: 'known_member',
  columns: {
    incidentId: key('incident_id', 'known_member_pk'),
    principalId: key('principal_id', 'known_member_pk', 'text'),
    role: key('role', 'known_member_pk', 'text'),
    until: instant('until', true),
  },
});

export const KnownScopeTable = new EntitySchema<Mutable<KnownScope>>({
  name: 'known_scope',
  columns: {
    incidentId: key('incident_id', 'known_scope_pk'),
    tenantId: key('tenant_id', 'known_scope_pk'),
    subscriptionIds: list('subscription_ids', 'uuid'),
    status: column('status', 'text'),
    dataCategories: list('data_categories', 'text'),
  },
});

/** An incident that is part of an exercise. */
export interface KnownExerciseIncident {
  readonly incidentId: string;
  readonly exerciseId: string;
}

export const KnownExerciseIncidentTable = new EntitySchema<Mutable<KnownExerciseIncident>>({
  name: 'known_exercise_incident',
  columns: { incidentId: key('incident_id', 'known_exercise_incident_pk'), exerciseId: column('exercise_id', 'uuid') },
});

export const CinTable = new EntitySchema<Mutable<Cin>>({
  name: 'cin',
  columns: {
    id: key('id', 'cin_pk'),
    version: column('version', 'int'),
    state: column('state', 'text'),
    declaredAt: instant('declared_at', true),
    retractedAt: instant('retracted_at', true),
    heldFrom: column('held_from', 'text', true),
  },
  checks: [
    { name: 'cin_declared_or_retracted', expression: 'declared_at is null or retracted_at is null' },
    { name: 'cin_held_from', expression: `(state = 'HELD') = (held_from is not null)` },
  ],
});

export const ObligationTable = new EntitySchema<Mutable<Obligation>>({
  name: 'obligation',
  columns: {
    id: key('id', 'obligation_pk'),
    version: column('version', 'int'),
    incidentId: column('incident_id', 'uuid'),
    tenantId: column('tenant_id', 'uuid'),
    ruleId: column('rule_id', 'text'),
    ruleVersion: column('rule_version', 'int'),
    startsAt: instant('starts_at'),
    dueAt: instant('due_at'),
    metAt: instant('met_at', true),
    cancelledAt: instant('cancelled_at', true),
    heldSince: instant('held_since', true),
    graceUntil: instant('grace_until', true),
    heldPastDue: column('held_past_due', 'boolean'),
  },
  indices: [{ name: 'obligation_incident', columns: ['incidentId'] }],
  uniques: [{ name: 'obligation_once', columns: ['tenantId', 'incidentId', 'ruleId', 'startsAt'] }],
  checks: [
    { name: 'obligation_met_or_cancelled', expression: 'met_at is null or cancelled_at is null' },
    {
      name: 'obligation_held_open',
      expression: 'held_since is null or (met_at is null and cancelled_at is null)',
    },
    { name: 'obligation_held_past_due', expression: 'not held_past_due or met_at >= due_at' },
  ],
});

export const NoticeTable = new EntitySchema<Mutable<Notice>>({
  name: 'notice',
  columns: {
    id: key('id', 'notice_pk'),
    version: column('version', 'int'),
    incidentId: column('incident_id', 'uuid'),
    tenantId: column('tenant_id', 'uuid'),
    phase: column('phase', 'text'),
    follows: column('follows', 'uuid', true),
    noticeVersion: column('notice_version', 'int'),
    state: column('state', 'text'),
    fields: column('fields', 'jsonb'),
    citedActions: column('cited_actions', 'jsonb'),
    body: column('body', 'text'),
    sha256: column('sha256', 'text'),
    authorId: column('author_id', 'text'),
    approvedBy: column('approved_by', 'text', true),
    sentAt: instant('sent_at', true),
    unresolved: column('unresolved', 'boolean'),
    createdAt: instant('created_at'),
  },
  indices: [
    { name: 'notice_incident', columns: ['incidentId', 'createdAt'] },
    { name: 'notice_withdrawn_once', columns: ['follows'], unique: true, where: `phase = 'WITHDRAWAL'` },
  ],
  checks: [
    { name: 'notice_four_eyes', expression: 'approved_by is null or approved_by <> author_id' },
    { name: 'notice_withdrawal_follows', expression: `phase <> 'WITHDRAWAL' or follows is not null` },
  ],
  foreignKeys: [reference('notice_follows_fk', 'notice', 'follows')],
});

export const DeliveryTable = new EntitySchema<Mutable<Delivery>>({
  name: 'delivery',
  columns: {
    id: key('id', 'delivery_pk'),
    version: column('version', 'int'),
    incidentId: column('incident_id', 'uuid'),
    noticeId: column('notice_id', 'uuid'),
    noticeVersion: column('notice_version', 'int'),
    tenantId: column('tenant_id', 'uuid'),
    channel: column('channel', 'text'),
    recipient: column('recipient', 'text'),
    addressFrozen: column('address_frozen', 'text', true),
    role: column('role', 'text', true),
    fallback: column('fallback', 'boolean'),
    state: column('state', 'text'),
    attempt: column('attempt', 'int'),
    nextAttemptAt: instant('next_attempt_at', true),
    leaseUntil: instant('lease_until', true),
    messageId: column('message_id', 'text', true),
    replyCode: column('reply_code', 'int', true),
    traceparent: column('traceparent', 'text', true),
    createdAt: instant('created_at'),
    settledAt: instant('settled_at', true),
  },
  indices: [
    { name: 'delivery_notice', columns: ['noticeId'] },
    { name: 'delivery_due', columns: ['nextAttemptAt'], where: `state in ('PLANNED', 'DEFERRED', 'SUBMITTING')` },
  ],
  uniques: [{ name: 'delivery_once', columns: ['tenantId', 'noticeId', 'noticeVersion', 'recipient', 'channel'] }],
  foreignKeys: [reference('delivery_notice_fk', 'notice', 'noticeId')],
});

/** A post in the tenant's own portal. */
export interface Advisory {
  readonly id: string;
  readonly tenantId: string;
  readonly incidentId: string;
  readonly noticeId: string;
  readonly channel: FeedChannel;
  readonly subscriptionIds: readonly string[];
  /** `Data Privacy` on Message Center posts. */
  readonly tag: string | null;
  readonly body: string;
  readonly publishedAt: Date;
}

export const AdvisoryTable = new EntitySchema<Mutable<Advisory>>({
  name: 'advisory',
  columns: {
    id: key('id', 'advisory_pk'),
    tenantId: column('tenant_id', 'uuid'),
    incidentId: column('incident_id', 'uuid'),
    noticeId: column('notice_id', 'uuid'),
    channel: column('channel', 'text'),
    subscriptionIds: list('subscription_ids', 'uuid'),
    tag: column('tag', 'text', true),
    body: column('body', 'text'),
    publishedAt: instant('published_at'),
  },
  // TypeORM cannot say `desc`; the migration does.
  indices: [{ name: 'advisory_feed', columns: ['tenantId', 'publishedAt', 'id'], synchronize: false }],
  uniques: [{ name: 'advisory_once', columns: ['tenantId', 'noticeId', 'channel'] }],
  foreignKeys: [reference('advisory_notice_fk', 'notice', 'noticeId')],
});

export const tables: readonly EntitySchema[] = [
  TenantTable,
  SubscriptionTable,
  ContactTable,
  KnownMemberTable,
  KnownScopeTable,
  KnownExerciseIncidentTable,
  KnownActionTable,
  CinTable,
  ObligationTable,
  NoticeTable,
  DeliveryTable,
  AdvisoryTable,
  HandOverTable,
  HoldTable,
];
