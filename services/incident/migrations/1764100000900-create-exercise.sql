-- Drills of the response. What belongs to one is marked from the signal on, so that it never reaches anybody real (I-35).
create table exercise (
  id                  uuid        not null,
  version             integer     not null,
  title               text        not null,
  state               text        not null,
  rules_of_engagement jsonb       not null,
  planned_by          text        not null,
  red_lead            text        not null,
  blue_lead           text        not null,
  starts_at           timestamptz not null,
  ends_at             timestamptz not null,
  red_actions         jsonb       not null,
  constraint exercise_pkey primary key (id),
  constraint exercise_time_check check (starts_at < ends_at),
  constraint exercise_two_leads_check check (red_lead <> blue_lead),
  constraint exercise_rules_check check (state = 'PLANNED' or rules_of_engagement ->> 'approvedBy' is not null)
);
create index exercise_starts_idx on exercise (starts_at, id);

alter table incident add column exercise_id uuid;
create index incident_exercise_idx on incident (exercise_id) where exercise_id is not null;

alter table exercise enable row level security;
create policy staff_only on exercise using (current_setting('app.scope', true) = 'staff');
