import { DomainError } from '@tocsin/errors';
import { draft, type Act, type DraftOrder, type KnownScope, type Notice } from '../domain/notice.ts';
import type { NoticeFields } from '../domain/rendering.ts';

/* What the specs of the domain start from. */

export const now = new Date('2026-11-20T09:00:00Z');
export const later = (ms: number, from = now): Date => new Date(from.getTime() + ms);

export const author: Act = {
  by: 'user:com',
  role: 'COMMUNICATIONS',
  now,
  decisionId: '5a000000-0000-4000-8000-000000000001',
  reason: '',
};
export const adviser: Act = { ...author, by: 'user:leo', role: 'LEGAL', reason: 'true and complete' };

export const fields: NoticeFields = {
  nature: 'Mailbox contents were read.',
  dataCategories: 'E-mail',
  consequences: 'Phishing',
  measures: 'Keys were rotated.',
  contactPoint: 'security@provider.example',
  recommendedActions: ['Rotate your keys.'],
};

export const aScope = (patch: Partial<KnownScope> = {}): KnownScope => ({
  incidentId: '1c000000-0000-4000-8000-000000000001',
  tenantId: '7e000000-0000-4000-8000-000000000001',
  subscriptionIds: ['5b000000-0000-4000-8000-000000000001'],
  status: 'LIKELY',
  dataCategories: [],
  ...patch,
});

export const anOrder = (patch: Partial<DraftOrder> = {}): DraftOrder => ({
  id: '2c000000-0000-4000-8000-000000000001',
  phase: 'INITIAL',
  tenantName: 'Contoso',
  fields,
  cited: [],
  ...patch,
});

export const aDraft = (): Notice => draft(aScope(), anOrder(), author).state;

/** The code of the refusal, or `not refused`. */
export function refusalOf(work: () => unknown): string {
  try {
    work();
    return 'not refused';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}
