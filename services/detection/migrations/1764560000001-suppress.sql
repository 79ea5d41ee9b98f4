-- A filter hides what a rule finds by mistake: with an owner, an end, and a replay on history before it acts (I-8).
create table suppression (
  id uuid constraint suppression_pk primary key,
  version int not null,
  detector_id uuid not null constraint suppression_detector_fk references detector (id),
  filter text not null,
  root_cause text not null,
  state text not null constraint suppression_state
    check (state in ('PROPOSED', 'ACTIVE', 'REJECTED', 'EXPIRED', 'REVOKED')),
  owner text,
  expires_at timestamptz,
  task_id uuid constraint suppression_task_fk references tuning_task (id),
  replay jsonb,
  proposed_by text not null,
  proposed_at timestamptz not null,
  activated_by text,
  constraint suppression_two_people check (activated_by <> proposed_by),
  constraint suppression_whole check (state not in ('ACTIVE', 'EXPIRED', 'REVOKED')
    or (owner is not null and expires_at is not null and replay is not null and activated_by is not null))
);
create index suppression_proposed on suppression (proposed_at, id);
create index suppression_active on suppression (detector_id, expires_at) where state = 'ACTIVE';

alter table detection drop constraint detection_state;
alter table detection add constraint detection_state
  check (state in ('OPEN', 'PROMOTED', 'DISMISSED', 'SUPPRESSED'));
alter table detection add column suppression_id uuid
  constraint detection_suppression_fk references suppression (id);
alter table detection add column suppressed_count int not null default 0;
alter table detection add constraint detection_suppressed
  check (state <> 'SUPPRESSED' or suppression_id is not null);
create index detection_detector on detection (detector_id, last_seen_at);
create index detection_suppression on detection (suppression_id);

grant select, insert, update on suppression to detection_app;
alter table suppression enable row level security;
create policy staff_only on suppression using (current_setting('app.scope', true) = 'staff');
