-- Which auditor may read which incident, and until when (R-76).
create table audit_grant (
  id          uuid        not null,
  version     integer     not null,
  incident_id uuid        not null,
  auditor_id  text        not null,
  until       timestamptz not null,
  granted_by  text        not null,
  granted_at  timestamptz not null,
  revoked_by  text,
  revoked_at  timestamptz,
  constraint audit_grant_pkey primary key (id),
  constraint audit_grant_two_people_check check (auditor_id <> granted_by),
  constraint audit_grant_length_check check (until > granted_at and until <= granted_at + interval '720 hours'),
  constraint audit_grant_revoked_check check ((revoked_by is null) = (revoked_at is null))
);
create index audit_grant_incident_idx on audit_grant (incident_id, granted_at, id);

alter table audit_grant enable row level security;
create policy staff_only on audit_grant using (current_setting('app.scope', true) = 'staff');
