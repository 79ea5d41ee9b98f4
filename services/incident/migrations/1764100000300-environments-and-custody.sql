-- Whose evidence a member may see (R-61), what happened to each piece of evidence, and its files.

-- Nobody has any environment before somebody gives it: the narrow value.
alter table incident_member add column environments text[] not null default '{}';
alter table incident_member alter column environments drop default;
alter table staff_member add column environments text[] not null default '{}';
alter table staff_member alter column environments drop default;

update incident set evidence = (
  select jsonb_agg(item || '{"tlp": "AMBER"}' order by nth)
  from jsonb_array_elements(evidence) with ordinality as e (item, nth))
where evidence <> '[]';

-- The chain of custody: one row for each thing that was done to a piece of evidence; never changed.
create table evidence_custody (
  evidence_id uuid        not null,
  n           integer     not null,
  incident_id uuid        not null,
  act         text        not null,
  actor_id    text        not null,
  at          timestamptz not null,
  reason      text        not null,
  constraint evidence_custody_pkey primary key (evidence_id, n),
  constraint evidence_custody_first_check check ((n = 1) = (act = 'COLLECTED'))
);
insert into evidence_custody (evidence_id, n, incident_id, act, actor_id, at, reason)
select (item ->> 'id')::uuid, 1, incident.id, 'COLLECTED', item ->> 'addedBy', (item ->> 'collectedAt')::timestamptz,
  'Recorded as evidence.'
from incident, jsonb_array_elements(evidence) as item;
select append_only('evidence_custody');

-- Where the bytes of a piece of evidence are; the bytes themselves are in the evidence storage.
create table evidence_file (
  evidence_id uuid        not null,
  sha256      text        not null,
  bytes       bigint      not null,
  storage_key text        not null,
  stored_at   timestamptz not null,
  stored_by   text        not null,
  constraint evidence_file_pkey primary key (evidence_id)
);

-- Each ticket of the files port: written when it is made out, before anything is sent (S-48), and closed afterwards.
create table file_ticket (
  id           uuid        not null,
  principal_id text        not null,
  method       text        not null,
  path         text        not null,
  expires_at   timestamptz not null,
  used_at      timestamptz,
  ended_at     timestamptz,
  outcome      text,
  constraint file_ticket_pkey primary key (id),
  constraint file_ticket_outcome_check check ((ended_at is null) = (outcome is null))
);
create index file_ticket_path_idx on file_ticket (path);

alter table evidence_custody enable row level security;
alter table evidence_file enable row level security;
alter table file_ticket enable row level security;
create policy staff_only on evidence_custody using (current_setting('app.scope', true) = 'staff');
create policy staff_only on evidence_file using (current_setting('app.scope', true) = 'staff');
create policy staff_only on file_ticket using (current_setting('app.scope', true) = 'staff');
