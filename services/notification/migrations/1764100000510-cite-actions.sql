-- Our copy of the actions of incidents, written only by events; and which of them a notice cites as measures (R-25).
create table known_action (
  incident_id uuid not null,
  id uuid not null,
  kind text not null,
  state text not null,
  constraint known_action_pk primary key (incident_id, id)
);
alter table known_action enable row level security;
create policy staff_only on known_action using (current_setting('app.scope', true) = 'staff');

alter table notice add column cited_actions jsonb not null default '[]';
alter table notice alter column cited_actions drop default;
