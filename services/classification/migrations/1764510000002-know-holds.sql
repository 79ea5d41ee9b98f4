-- Our copy of the holds of notices, as notification announced them: one that is active contradicts stage CLOSE.
create table known_hold (
  id uuid constraint known_hold_pk primary key,
  incident_id uuid not null,
  state text not null
);
create index known_hold_incident on known_hold (incident_id);
alter table known_hold enable row level security;
create policy staff_only on known_hold using (current_setting('app.scope', true) = 'staff');
