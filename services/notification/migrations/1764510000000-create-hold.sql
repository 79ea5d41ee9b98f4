-- Holds of notices (R-85, R-86): who stops the sending of what is owed, on what ground, and who approved it.
create table hold (
  id uuid constraint hold_pk primary key,
  version int not null,
  incident_id uuid not null,
  ground text not null,
  state text not null,
  obligation_ids uuid[] not null,
  rationale text not null,
  affected_others text,
  placed_by text not null,
  placed_at timestamptz not null,
  approvals jsonb not null,
  started_at timestamptz,
  review_at timestamptz not null,
  released_at timestamptz,
  constraint hold_started check (state not in ('ACTIVE', 'RELEASED') or started_at is not null),
  constraint hold_released check ((state = 'RELEASED') = (released_at is not null))
);
create index hold_incident on hold (incident_id, placed_at);
-- That a notice is held is not for the customer who does not get it.
alter table hold enable row level security;
create policy staff_only on hold using (current_setting('app.scope', true) = 'staff');

alter table obligation
  add held_since timestamptz,
  add grace_until timestamptz,
  add held_past_due boolean not null default false,
  add constraint obligation_held_open check (held_since is null or (met_at is null and cancelled_at is null)),
  add constraint obligation_held_past_due check (not held_past_due or met_at >= due_at);
alter table obligation alter held_past_due drop default;

-- Where the process stood before it was held, and goes back to.
alter table cin
  add held_from text,
  add constraint cin_held_from check ((state = 'HELD') = (held_from is not null));
