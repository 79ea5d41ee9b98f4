-- A false positive has a root cause, and opens a tuning task of its detector (R-46, I-8).
alter table detection drop constraint detection_state;
alter table detection add constraint detection_state check (state in ('OPEN', 'PROMOTED', 'DISMISSED'));
alter table detection add column root_cause text;
alter table detection add constraint detection_dismissed check ((state = 'DISMISSED') = (root_cause is not null));

create table tuning_task (
  id uuid constraint tuning_task_pk primary key,
  version int not null,
  detector_id uuid not null constraint tuning_task_detector_fk references detector (id),
  root_cause text not null,
  state text not null constraint tuning_task_state check (state in ('OPEN', 'IN_PROGRESS', 'DONE', 'DECLINED')),
  finding_count int not null,
  owner text,
  due_at timestamptz,
  opened_at timestamptz not null,
  constraint tuning_task_owned check ((state = 'OPEN') = (owner is null))
);
create index tuning_task_opened on tuning_task (opened_at, id);
-- What comes of the same cause joins the task that is not finished, whoever races.
create unique index tuning_task_unfinished_once on tuning_task (detector_id, root_cause)
  where state in ('OPEN', 'IN_PROGRESS');

-- The false positives that a task is about: a detection that was dismissed, or an incident classified as one.
create table tuning_finding (
  id uuid constraint tuning_finding_pk primary key,
  task_id uuid not null constraint tuning_finding_task_fk references tuning_task (id),
  detector_id uuid not null,
  detection_id uuid,
  incident_id uuid,
  found_at timestamptz not null,
  constraint tuning_finding_of_one check (num_nonnulls(detection_id, incident_id) = 1)
);
create index tuning_finding_task on tuning_finding (task_id, found_at, id);
-- Null, of an incident, is never the same.
create unique index tuning_finding_detection on tuning_finding (detection_id, task_id);
-- However often it is heard.
create unique index tuning_finding_incident_once on tuning_finding (incident_id, detector_id)
  where incident_id is not null;

-- Our copies of what incident and classification announced; fed by events only.
create table known_attachment (
  detection_id uuid constraint known_attachment_pk primary key,
  incident_id uuid not null,
  since timestamptz not null
);
create index known_attachment_incident on known_attachment (incident_id);
create table known_level (
  incident_id uuid constraint known_level_pk primary key,
  level text not null,
  root_cause text
);

grant select, insert, update on tuning_task to detection_app;
grant select, insert on tuning_finding to detection_app;
grant select, insert, update, delete on known_attachment, known_level to detection_app;

alter table tuning_task enable row level security;
create policy staff_only on tuning_task using (current_setting('app.scope', true) = 'staff');
alter table tuning_finding enable row level security;
create policy staff_only on tuning_finding using (current_setting('app.scope', true) = 'staff');
alter table known_attachment enable row level security;
create policy staff_only on known_attachment using (current_setting('app.scope', true) = 'staff');
alter table known_level enable row level security;
create policy staff_only on known_level using (current_setting('app.scope', true) = 'staff');
