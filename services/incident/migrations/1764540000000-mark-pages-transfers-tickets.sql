-- What happens to a page or a transfer of an exercise says so (I-35), and a ticket of the files port knows its incident:
-- what the port refuses belongs to the incident's audit record (R-61, R-62, R-76).
alter table page add column exercise_id uuid;
update page p set exercise_id = i.exercise_id from incident i where i.id = p.incident_id;

alter table data_transfer_approval add column exercise_id uuid;
update data_transfer_approval t set exercise_id = i.exercise_id from incident i where i.id = t.incident_id;

alter table file_ticket add column incident_id uuid;
update file_ticket t set incident_id = e.incident_id from evidence_custody e
  where split_part(t.path, '/', 3) = 'evidence' and split_part(t.path, '/', 4) = e.evidence_id::text and e.n = 1;
update file_ticket t set incident_id = a.incident_id from data_transfer_approval a
  where split_part(t.path, '/', 3) = 'transfers' and split_part(t.path, '/', 4) = a.id::text;
update file_ticket t set incident_id = x.incident_id from audit_export x
  where split_part(t.path, '/', 3) = 'audit-exports' and split_part(t.path, '/', 4) = x.id::text;
-- A ticket that was used without belonging anywhere would stop this here: it is the ledger (S-48), and nobody may lose it.
delete from file_ticket where incident_id is null and used_at is null;
alter table file_ticket alter column incident_id set not null;
create index file_ticket_incident_idx on file_ticket (incident_id);
