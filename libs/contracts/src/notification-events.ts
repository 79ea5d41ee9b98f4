import { z } from 'zod';
import { defineEvent } from './contract.ts';
import {
  aboutIncident,
  Channel,
  CinState,
  ClockState,
  ContactRole,
  DeliveryState,
  HoldGround,
  HoldState,
  Id,
  Instant,
  NoticePhase,
  NoticeState,
} from './vocabulary.ts';

const obligationFacts = {
  ...aboutIncident,
  obligationId: Id,
  ruleId: z.string().min(1),
  ruleVersion: z.int().positive(),
  tenantId: Id,
  clock: ClockState,
  dueAt: Instant,
  metAt: Instant.optional(),
  /** Met after `dueAt`, and in time all the same: a hold stood over it. */
  heldPastDue: z.boolean().optional(),
};

export const TenantChanged = defineEvent({
  name: 'TenantChanged',
  version: 1,
  producer: 'notification',
  consumers: ['classification', 'incident'],
  audience: 'internal',
  description: 'A tenant or its subscriptions were saved in the directory.',
  aggregate: 'tenant',
  data: z.object({ tenantId: Id, subscriptionIds: z.array(Id), at: Instant }),
  keyOf: (data) => data.tenantId,
});

export const CinChanged = defineEvent({
  name: 'CinChanged',
  version: 3,
  reads: [1, 2],
  producer: 'notification',
  consumers: ['incident'],
  audience: 'internal',
  description: 'The Customer Incident Notification process changed its state.',
  aggregate: 'cin',
  data: z.object({ ...aboutIncident, from: CinState, to: CinState }),
  keyOf: (data) => data.incidentId,
});

export const ObligationOpened = defineEvent({
  name: 'ObligationOpened',
  version: 3,
  reads: [1, 2],
  producer: 'notification',
  consumers: [],
  audience: 'partner',
  description: 'An affected tenant is owed a notice; its clock runs (R-80, R-84).',
  aggregate: 'obligation',
  data: z.object({ ...obligationFacts }),
  keyOf: (data) => data.obligationId,
});

export const ObligationChanged = defineEvent({
  name: 'ObligationChanged',
  version: 3,
  reads: [1, 2],
  producer: 'notification',
  consumers: [],
  audience: 'partner',
  description: 'The obligation was met, met late, held, released, or cancelled with the declaration (I-7).',
  aggregate: 'obligation',
  data: z.object({ ...obligationFacts }),
  keyOf: (data) => data.obligationId,
});

export const HoldChanged = defineEvent({
  name: 'HoldChanged',
  version: 1,
  producer: 'notification',
  consumers: ['classification', 'incident'],
  audience: 'internal',
  description: 'A hold of notices was proposed, became active, was renewed, rejected or released (R-85, R-86).',
  aggregate: 'hold',
  data: z.object({
    ...aboutIncident,
    holdId: Id,
    ground: HoldGround,
    obligationIds: z.array(Id).min(1),
    state: HoldState,
    reviewAt: Instant,
  }),
  keyOf: (data) => data.holdId,
});

export const NoticeChanged = defineEvent({
  name: 'NoticeChanged',
  version: 2,
  reads: [1],
  producer: 'notification',
  consumers: [],
  audience: 'partner',
  description: 'A version of a notice was drafted, approved, sent, superseded by a later phase, or cancelled.',
  aggregate: 'notice',
  data: z.object({
    ...aboutIncident,
    noticeId: Id,
    noticeVersion: z.int().positive(),
    phase: NoticePhase,
    tenantId: Id,
    state: NoticeState,
    sha256: z.hex().length(64),
  }),
  keyOf: (data) => data.noticeId,
});

export const DeliveryChanged = defineEvent({
  name: 'DeliveryChanged',
  version: 1,
  producer: 'notification',
  consumers: [],
  audience: 'partner',
  description: 'One version to one recipient over one channel changed its state in the ledger.',
  aggregate: 'delivery',
  data: z.object({
    ...aboutIncident,
    deliveryId: Id,
    noticeId: Id,
    tenantId: Id,
    channel: Channel,
    role: ContactRole.optional(),
    state: DeliveryState,
  }),
  keyOf: (data) => data.deliveryId,
});

export const RecipientUnresolved = defineEvent({
  name: 'RecipientUnresolved',
  version: 1,
  producer: 'notification',
  consumers: [],
  audience: 'internal',
  description: 'No contact of the tenant could be resolved: a person must find one (R-91, I-28).',
  aggregate: 'notice',
  data: z.object({ ...aboutIncident, noticeId: Id, tenantId: Id }),
  keyOf: (data) => data.noticeId,
});
