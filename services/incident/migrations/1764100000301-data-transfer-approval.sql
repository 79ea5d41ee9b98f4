-- Evidence that is to leave its incident, and the incident manager's written approval (R-62, I-34). The checks say again
-- what the rules say: another person, in writing, for 24 hours at most.
create table data_transfer_approval (
  id            uuid        not null,
  version       integer     not null,
  incident_id   uuid        not null,
  ticket_id     text        not null,
  items         jsonb       not null,
  destination   text        not null,
  purpose       text        not null,
  state         text        not null,
  requested_by  text        not null,
  approved_by   text,
  approved_at   timestamptz,
  approval_text text,
  executed_by   text,
  expires_at    timestamptz not null,
  constraint data_transfer_approval_pkey primary key (id),
  constraint data_transfer_approval_two_people_check check (approved_by <> requested_by),
  constraint data_transfer_approval_written_check check (
    state not in ('APPROVED', 'EXECUTED')
    or (approved_by is not null and approved_at is not null and approval_text is not null)),
  constraint data_transfer_approval_term_check check (expires_at <= approved_at + interval '24 hours'),
  constraint data_transfer_approval_executed_check check ((state = 'EXECUTED') = (executed_by is not null))
);
create index data_transfer_approval_incident_idx on data_transfer_approval (incident_id);
create index data_transfer_approval_waiting_idx on data_transfer_approval (expires_at)
  where state in ('REQUESTED', 'APPROVED');

alter table data_transfer_approval enable row level security;
create policy staff_only on data_transfer_approval using (current_setting('app.scope', true) = 'staff');
