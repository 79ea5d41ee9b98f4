import { describe, expect, it } from '@jest/globals';
import { anIncident, asLegal, asManager, grounds, now, refusalOf } from './an-incident.ts';
import { grantAudit, isInForce, revokeAuditGrant, type AuditGrant, type GrantOrder } from './audit-grant.ts';

const day = 86_400_000;
const incident = anIncident();
const in_ = (ms: number): Date => new Date(now.getTime() + ms);
const order: GrantOrder = { ...grounds, auditorId: 'user:aud', until: in_(14 * day) };
const granted = (patch: Partial<GrantOrder> = {}): AuditGrant =>
  grantAudit(incident, { ...order, ...patch }, asLegal).state;

describe('R-76 a grant', () => {
  it('names the incident, the auditor, who gave it, and its end', () => {
    const { state, events, decisions } = grantAudit(incident, order, asLegal);
    expect(state).toMatchObject({ incidentId: incident.id, auditorId: 'user:aud', grantedBy: 'user:leo', version: 1 });
    expect(events).toMatchObject([{ event: { name: 'AuditGranted' }, data: { until: order.until.toISOString() } }]);
    expect(JSON.stringify(events)).not.toContain('user:');
    expect(decisions).toMatchObject([{ kind: 'auditGrant', role: 'LEGAL', reason: grounds.reason }]);
  });

  it('lasts 30 days at most', () => {
    expect(granted({ until: in_(30 * day) }).until).toEqual(in_(30 * day));
    expect(refusalOf(() => granted({ until: in_(30 * day + 1) }))).toBe('GRANT_TOO_LONG');
    expect(refusalOf(() => granted({ until: now }))).toBe('TIME_ORDER_INVALID');
  });

  it.each<[string, Partial<GrantOrder>]>([
    ['SAME_PERSON_REFUSED', { auditorId: 'user:leo' }],
    ['SAME_PERSON_REFUSED', { auditorId: ' user:leo ' }],
    ['INVALID_INPUT', { auditorId: ' ' }],
    ['REASON_REQUIRED', { reason: ' ' }],
    ['EVIDENCE_UNKNOWN', { evidenceIds: ['x'] }],
  ])('is refused with %s: %j', (code, patch) => {
    expect(refusalOf(() => granted(patch))).toBe(code);
  });

  it('is not the incident manager’s to give', () => {
    expect(refusalOf(() => grantAudit(incident, order, asManager))).toBe('FORBIDDEN');
    expect(refusalOf(() => revokeAuditGrant(incident, granted(), grounds, asManager))).toBe('FORBIDDEN');
  });

  it('is in force before its end and not at it', () => {
    const grant = granted();
    expect(isInForce(grant, new Date(grant.until.getTime() - 1))).toBe(true);
    expect(isInForce(grant, grant.until)).toBe(false);
  });

  it('ends when it is revoked, once', () => {
    const { state, events } = revokeAuditGrant(incident, granted(), grounds, asLegal);
    expect(isInForce(state, now)).toBe(false);
    expect(state).toMatchObject({ version: 2, revokedBy: 'user:leo', revokedAt: now });
    expect(events.map(({ event }) => event.name)).toEqual(['AuditGrantRevoked']);
    expect(refusalOf(() => revokeAuditGrant(incident, state, grounds, asLegal))).toBe('AUDIT_GRANT_EXPIRED');
  });
});
