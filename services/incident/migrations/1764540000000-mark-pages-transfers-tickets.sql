-- What happens to a page or a transfer of an exercise says so (I-35), and a ticket of the files port knows its incident:
-- what the port refuses belongs to the incident's audit record (R-61, R-62, R-76).
alter table page add column exercise_id uuid;
update page p set exercise_id = i.exercise_id from incident i where i.id = p.incident_id;

alter table data_transfer_approval add column exercise_id uuid;
update data_transfer_approval t set exercise_id = i.exercise_id from incident i where i.id = t.incident_id;

alter table file_ticket add column incident_id uuid;
update file_ticket t set incident_id = e.incident_id from evidence_custody e
  where t.path = '/v1/evidence/' || e.evidence_id and e.n = 1;
update file_ticket t set incident_id = a.incident_id from data_transfer_approval a
  where t.path like '/v1/transfers/' || a.id || '/%';
update file_ticket t set incident_id = x.incident_id from audit_export x
  where t.path = '/v1/audit-exports/' || x.id;
alter table file_ticket alter column incident_id set not null;
create index file_ticket_incident_idx on file_ticket (incident_id);
