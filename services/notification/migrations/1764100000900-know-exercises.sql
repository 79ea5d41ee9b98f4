-- Incidents of exercises, as the incident service announced them: nothing of theirs is sent to anybody (I-35).
create table known_exercise_incident (
  incident_id uuid constraint known_exercise_incident_pk primary key,
  exercise_id uuid not null
);
alter table known_exercise_incident enable row level security;
create policy staff_only on known_exercise_incident using (current_setting('app.scope', true) = 'staff');
