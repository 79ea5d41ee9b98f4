-- Our copy of the holds of notices, as notification announced them: an active one holds up CLOSE from STABILIZE.
create table known_hold (
  id          uuid        not null,
  incident_id uuid        not null,
  state       text        not null,
  review_at   timestamptz not null,
  constraint known_hold_pkey primary key (id)
);
create index known_hold_incident on known_hold (incident_id);
create index known_hold_review on known_hold (review_at) where state = 'ACTIVE';
alter table known_hold enable row level security;
create policy staff_only on known_hold using (current_setting('app.scope', true) = 'staff');
