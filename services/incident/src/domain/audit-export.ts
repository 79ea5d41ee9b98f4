import type { Change } from '@tocsin/contracts';
import { decided, mustBeGrounded, type Act, type Grounds } from './act.ts';
import type { Incident } from './incident.ts';

/** Somebody's order to hand out an incident's record and audit trail as one signed archive. */
export interface AuditExport {
  readonly id: string;
  readonly version: number;
  readonly incidentId: string;
  /** Only he fetches it. */
  readonly requestedBy: string;
  readonly requestedAt: Date;
}

/** Orders it. Errors: REASON_REQUIRED, EVIDENCE_UNKNOWN. */
export function exportAudit(
  incident: Incident,
  order: Grounds,
  act: Act & { readonly role: string },
): Change<AuditExport, 'incident'> {
  mustBeGrounded(incident, order);
  const id = act.newId();
  const state = { id, version: 1, incidentId: incident.id, requestedBy: act.actorId, requestedAt: act.now };
  return { state, events: [], decisions: [decided(act, act.role, 'auditExport', { exportId: id }, order)] };
}
