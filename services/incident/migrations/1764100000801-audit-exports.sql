-- Who ordered an export of an incident's record and audit trail.
create table audit_export (
  id           uuid        not null,
  version      integer     not null,
  incident_id  uuid        not null,
  requested_by text        not null,
  requested_at timestamptz not null,
  constraint audit_export_pkey primary key (id)
);
create index audit_export_incident_idx on audit_export (incident_id);

alter table audit_export enable row level security;
create policy staff_only on audit_export using (current_setting('app.scope', true) = 'staff');
