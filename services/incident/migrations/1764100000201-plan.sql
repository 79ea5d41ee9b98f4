-- The incident as a part of the incident management plan, and what its tool is told of each stage (R-20).

alter table incident add column plan_ref text;
alter table incident add constraint incident_plan_ref_check check (char_length(plan_ref) between 1 and 200);

create table plan_delivery (
  id              uuid        not null,
  version         integer     not null,
  incident_id     uuid        not null,
  n               integer     not null,
  body            text        not null, -- text: repeats are the same, byte for byte
  state           text        not null,
  attempts        integer     not null,
  next_attempt_at timestamptz,
  lease_until     timestamptz,
  last_answer     text,
  created_at      timestamptz not null,
  delivered_at    timestamptz,
  constraint plan_delivery_pkey primary key (id),
  constraint plan_delivery_stage_key unique (incident_id, n),
  constraint plan_delivery_due_check check ((state = 'PENDING') = (next_attempt_at is not null)),
  constraint plan_delivery_lease_check check ((state = 'IN_FLIGHT') = (lease_until is not null)),
  constraint plan_delivery_delivered_check check ((state = 'DELIVERED') = (delivered_at is not null))
);
create index plan_delivery_due on plan_delivery (next_attempt_at) where next_attempt_at is not null;
create index plan_delivery_lease on plan_delivery (lease_until) where lease_until is not null;

alter table plan_delivery enable row level security;
create policy staff_only on plan_delivery using (current_setting('app.scope', true) = 'staff');
