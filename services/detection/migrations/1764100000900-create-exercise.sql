-- What is of an exercise is marked from the signal on (I-35).
alter table signal add column exercise_id uuid;
alter table detection add column exercise_id uuid;

-- Our copy of what the incident service announced; fed by events only.
create table known_exercise (
  exercise_id uuid constraint known_exercise_pk primary key,
  state text not null,
  ends_at timestamptz not null
);
grant select, insert, update, delete on known_exercise to detection_app;
