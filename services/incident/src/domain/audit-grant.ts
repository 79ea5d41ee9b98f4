import { AuditGranted, AuditGrantRevoked, occurred, type Change } from '@tocsin/contracts';
import { InvalidInput, SamePersonRefused, TimeOrderInvalid } from '@tocsin/errors';
import { actingAs, decided, mustBeGrounded, type Act, type Grounds } from './act.ts';
import { AuditGrantExpired, GrantTooLong } from './audit-errors.ts';
import { about, type Incident } from './incident.ts';

/** Lets one auditor read one incident, its post-mortem and its audit trail, until an instant (R-76, I-33). */
export interface AuditGrant {
  readonly id: string;
  readonly version: number;
  readonly incidentId: string;
  /** A principal; reading also asks for the role AUDITOR in his token. */
  readonly auditorId: string;
  /** From this instant on it is over. */
  readonly until: Date;
  readonly grantedBy: string;
  readonly grantedAt: Date;
  readonly revokedBy: string | null;
  readonly revokedAt: Date | null;
}

export type AuditGrantChange = Change<AuditGrant, 'incident'>;

export interface GrantOrder extends Grounds {
  readonly auditorId: string;
  readonly until: Date;
}

const longestMs = 30 * 24 * 60 * 60 * 1000;
const grantors = ['LEGAL', 'EXECUTIVE_INCIDENT_MANAGER'] as const;

/**
 * Grants it, to somebody else, for 30 days at most; a longer audit takes a further grant.
 *
 * Errors: REASON_REQUIRED, EVIDENCE_UNKNOWN, INVALID_INPUT, SAME_PERSON_REFUSED, TIME_ORDER_INVALID, GRANT_TOO_LONG.
 */
export function grantAudit(incident: Incident, order: GrantOrder, act: Act): AuditGrantChange {
  const role = actingAs(act, grantors);
  mustBeGrounded(incident, order);
  const auditorId = order.auditorId.trim();
  if (auditorId === '' || auditorId.length > 200)
    throw InvalidInput({ field: 'auditorId', reason: 'must have 1 to 200 characters' });
  if (auditorId === act.actorId) throw SamePersonRefused();
  const { until } = order;
  if (until <= act.now) throw TimeOrderInvalid({ field: 'until' });
  if (until.getTime() - act.now.getTime() > longestMs) throw GrantTooLong();
  const id = act.newId();
  const state: AuditGrant = {
    ...{ id, version: 1, incidentId: incident.id, auditorId, until },
    ...{ grantedBy: act.actorId, grantedAt: act.now, revokedBy: null, revokedAt: null },
  };
  return {
    state,
    events: [occurred(AuditGranted, { ...about(incident, act.now), grantId: id, until: until.toISOString() })],
    decisions: [decided(act, role, 'auditGrant', { auditorId, until: until.toISOString() }, order)],
  };
}

/** Ends it before its time. Errors: REASON_REQUIRED, EVIDENCE_UNKNOWN, AUDIT_GRANT_EXPIRED. */
export function revokeAuditGrant(incident: Incident, grant: AuditGrant, order: Grounds, act: Act): AuditGrantChange {
  const role = actingAs(act, grantors);
  mustBeGrounded(incident, order);
  if (!isInForce(grant, act.now)) throw AuditGrantExpired();
  return {
    state: { ...grant, version: grant.version + 1, revokedBy: act.actorId, revokedAt: act.now },
    events: [occurred(AuditGrantRevoked, { ...about(incident, act.now), grantId: grant.id })],
    decisions: [decided(act, role, 'auditGrant', 'REVOKED', order)],
  };
}

export const isInForce = ({ revokedAt, until }: AuditGrant, now: Date): boolean => revokedAt === null && until > now;
