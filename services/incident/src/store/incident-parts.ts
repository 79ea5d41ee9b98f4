import type { Transaction } from '@tocsin/database';

/** An aggregate that belongs to one incident, as decisions and the audit trail name it. */
export interface IncidentPart {
  readonly aggregate: string;
  readonly id: string;
}

/**
 * The incident itself, and every aggregate of its own, oldest kind first. Whoever adds a noun with an `incident_id` adds
 * its line here: what is missing here is missing in the auditor's record and export.
 */
export const partsOf = (tx: Transaction, incidentId: string): Promise<IncidentPart[]> =>
  tx.manager.sql<IncidentPart[]>`/* incident.parts */
    select aggregate, id from (
      select 0 as nth, 'incident' as aggregate, id from incident where id = ${incidentId}
      union all select 1, 'postMortem', id from post_mortem where incident_id = ${incidentId}
      union all select 2, 'auditGrant', id from audit_grant where incident_id = ${incidentId}
      union all select 3, 'auditExport', id from audit_export where incident_id = ${incidentId}
      union all select 4, 'timelineEntry', id from timeline_entry where incident_id = ${incidentId}
      union all select 5, 'dataTransferApproval', id from data_transfer_approval where incident_id = ${incidentId}
      union all select nth, aggregate, evidence_id from evidence_custody,
        (values (6, 'evidence'), (7, 'evidenceFile')) as e (nth, aggregate) where incident_id = ${incidentId} and n = 1
      union all select 8, 'page', id from page where incident_id = ${incidentId}
      union all select 9, 'pageMessage', m.id from page_message m join page p on p.id = m.page_id
        where p.incident_id = ${incidentId}
      union all select 10, 'planDelivery', id from plan_delivery where incident_id = ${incidentId}
      union all select 11, 'fileTicket', id from file_ticket where incident_id = ${incidentId}
    ) part order by nth, id`;
