import { DomainError } from '@tocsin/errors';
import type { Act } from '../domain/act.ts';
import type { Detection } from '../domain/detection.ts';

/* What domain specs begin with. */

export const now = new Date('2026-11-22T10:00:00.000Z');
export const idOf = (n: number): string => `d0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const act: Act = { by: 'user:rea', now, decisionId: idOf(900) };

/** An open detection of a rule. */
export const aDetection = (patch: Partial<Detection> = {}): Detection => ({
  id: idOf(1),
  version: 1,
  fingerprint: 'f'.repeat(64),
  detectorId: idOf(2),
  level: 'HIGH',
  state: 'OPEN',
  source: 'AUTOMATED_SIGNATURE',
  realm: 'UNKNOWN',
  tenantId: null,
  signalCount: 3,
  raisedAt: now,
  firstSeenAt: now,
  lastSeenAt: now,
  relatedDetectionId: null,
  exerciseId: null,
  rootCause: null,
  suppressionId: null,
  suppressedCount: 0,
  ...patch,
});

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
