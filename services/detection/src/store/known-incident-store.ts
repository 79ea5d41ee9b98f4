import type { RootCause } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { knownLevelTable, type KnownAttachment, type KnownLevel } from './known-incident-table.ts';

/* What we heard about incidents; written by facts.ts only. */

/** Events of two incidents have no order between them: the newest word about a detection holds. */
export const saveAttachment = (
  tx: Transaction,
  { detectionId, incidentId, since }: KnownAttachment,
): Promise<unknown> =>
  tx.manager.sql`/* known_attachment.save */
    insert into known_attachment as k (detection_id, incident_id, since) values (${detectionId}, ${incidentId}, ${since})
    on conflict (detection_id) do update set incident_id = excluded.incident_id, since = excluded.since
    where k.since <= excluded.since`;

export const saveLevel = (tx: Transaction, level: KnownLevel): Promise<unknown> =>
  tx.manager.getRepository(knownLevelTable).upsert(level, ['incidentId']);

/** The detectors whose detections led to an incident that was no attack, and of what cause; none if it was one. */
export const mistakenDetectors = (
  tx: Transaction,
  incidentId: string,
): Promise<{ readonly detectorId: string; readonly rootCause: RootCause }[]> =>
  tx.manager.sql`/* known_level.mistaken */
    select distinct d.detector_id as "detectorId", l.root_cause as "rootCause"
    from known_level l
      join known_attachment a on a.incident_id = l.incident_id
      join detection d on d.id = a.detection_id
    where l.incident_id = ${incidentId} and l.level = 'FALSE_POSITIVE' and l.root_cause is not null
    order by d.detector_id`;

/** Until the commit nobody else files false positives of the incident: whoever comes second sees what the first learnt. */
export const lockFiling = (tx: Transaction, incidentId: string): Promise<unknown> =>
  tx.manager
    .sql`/* known_incident.lock */ select pg_advisory_xact_lock(hashtextextended(${`filing ${incidentId}`}, 0))`;
