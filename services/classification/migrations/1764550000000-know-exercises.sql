-- When an exercise ran, and when the first sign of an incident was seen: a sign from another time may be real (I-35).
create table known_exercise (
  id uuid constraint known_exercise_pk primary key,
  state text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null
);
alter table known_exercise enable row level security;
create policy staff_only on known_exercise using (current_setting('app.scope', true) = 'staff');
-- Null for what was opened before this was kept.
alter table known_incident add column first_indication_at timestamptz;
alter table known_incident add column exercise_id uuid;
update known_incident set exercise_id = (select exercise_id from classification c where c.id = known_incident.id);
create index known_incident_exercise on known_incident (exercise_id) where exercise_id is not null;
