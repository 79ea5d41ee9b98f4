-- Our copy of the contradictions that classification announced; a closed one stays, so that hearing of its opening again
-- does not open it.
create table known_conflict (
  id          uuid        not null,
  incident_id uuid        not null,
  kind        text        not null,
  opened_at   timestamptz not null,
  open        boolean     not null,
  constraint known_conflict_pkey primary key (id)
);
create index known_conflict_incident on known_conflict (incident_id);
alter table known_conflict enable row level security;
create policy staff_only on known_conflict using (current_setting('app.scope', true) = 'staff');
