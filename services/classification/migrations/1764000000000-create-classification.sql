-- One row an incident: its assessment, its classification, the gates and the scope (`domain.md` section 4).
create table classification (
  id uuid constraint classification_pk primary key,
  version int not null,
  assessment jsonb,
  level text not null,
  domains text[] not null,
  event_ground text,
  crspi text not null,
  basis text[] not null,
  suspected boolean not null,
  declared_at timestamptz,
  legal_adviser_id text,
  execution_authorized_at timestamptz,
  scopes jsonb not null,
  -- I-6: what is declared is an incident and has a basis and an instant.
  constraint classification_declared check (
    crspi <> 'DECLARED' or (level = 'INCIDENT' and cardinality(basis) > 0 and declared_at is not null)
  )
);

-- Our copies of foreign facts, written only by events.
create table known_incident (
  id uuid constraint known_incident_pk primary key,
  stage text not null,
  responsibility text not null
);
create table known_member (
  incident_id uuid not null,
  principal_id text not null,
  role text not null,
  until timestamptz,
  constraint known_member_pk primary key (incident_id, principal_id, role)
);
create table known_evidence (
  id uuid constraint known_evidence_pk primary key,
  incident_id uuid not null
);
create table known_tenant (
  id uuid constraint known_tenant_pk primary key,
  subscription_ids uuid[] not null
);

-- Nothing here is for customers, whatever the query forgot (S-13): they learn of it by notices.
alter table classification enable row level security;
alter table known_incident enable row level security;
alter table known_member enable row level security;
alter table known_evidence enable row level security;
alter table known_tenant enable row level security;
create policy staff_only on classification using (current_setting('app.scope', true) = 'staff');
create policy staff_only on known_incident using (current_setting('app.scope', true) = 'staff');
create policy staff_only on known_member using (current_setting('app.scope', true) = 'staff');
create policy staff_only on known_evidence using (current_setting('app.scope', true) = 'staff');
create policy staff_only on known_tenant using (current_setting('app.scope', true) = 'staff');
