import { DomainError } from '@tocsin/errors';
import {
  classify,
  declare,
  unclassified,
  type Act,
  type Classification,
  type ClassifyOrder,
  type DeclareOrder,
} from '../domain/classification.ts';
import type { ReviewedIncident } from '../domain/conflicts.ts';

/* What the specs of the domain start from. */

export const now = new Date('2026-11-20T09:00:00Z');
export const incidentId = '1c000000-0000-4000-8000-000000000001';

export const act: Act = {
  by: 'user:ima',
  role: 'INCIDENT_MANAGER',
  now,
  decisionId: '5a000000-0000-4000-8000-000000000001',
  reason: 'seen in the logs',
  evidenceIds: ['e1000000-0000-4000-8000-000000000001'],
};

export const known = (patch: Partial<ReviewedIncident> = {}): ReviewedIncident => ({
  id: incidentId,
  stage: 'DIAGNOSE',
  responsibility: 'PROVIDER',
  detectedAt: new Date('2026-11-19T09:00:00Z'),
  firstIndicationAt: new Date('2026-11-19T08:00:00Z'),
  exercise: null,
  cycle: 1,
  isHeld: false,
  ...patch,
});

export const aClassifyOrder = (patch: Partial<ClassifyOrder> = {}): ClassifyOrder => ({
  level: 'INCIDENT',
  domains: ['SECURITY'],
  eventGround: null,
  rootCause: null,
  ...patch,
});

export const aDeclareOrder = (patch: Partial<DeclareOrder> = {}): DeclareOrder => ({
  basis: ['ACCESS_LIKELY'],
  legalAdviserId: 'user:leo',
  isLegalMember: true,
  ...patch,
});

export const fresh = (): Classification => unclassified(incidentId);
export const anIncident = (): Classification => classify(fresh(), aClassifyOrder(), act).state;
export const aDeclared = (): Classification => declare(anIncident(), known(), aDeclareOrder(), act).state;

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
