-- Whom to call, how, and whether somebody answered (R-02). Each row says what is to be done next, so that a crash loses
-- no call.

create sequence page_number as integer;

create table page (
  id              uuid        not null,
  version         integer     not null,
  number          integer     not null,
  kind            text        not null,
  subject_id      uuid        not null,
  incident_id     uuid,
  state           text        not null,
  round           integer     not null,
  step            integer     not null,
  opened_at       timestamptz not null,
  next_step_at    timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  constraint page_pkey primary key (id),
  constraint page_number_key unique (number),
  constraint page_subject_key unique (kind, subject_id),
  constraint page_acknowledged_check check (
    (state = 'ACKNOWLEDGED') = (acknowledged_at is not null and acknowledged_by is not null)),
  -- Whoever is not reached yet is tried again: a page that waits has its time.
  constraint page_next_step_check check ((state in ('OPEN', 'UNREACHABLE')) = (next_step_at is not null))
);
create index page_incident on page (incident_id);
create index page_due on page (next_step_at) where next_step_at is not null;

create table page_message (
  id              uuid        not null,
  version         integer     not null,
  page_id         uuid        not null,
  round           integer     not null,
  step            integer     not null,
  principal_id    text        not null,
  channel         text        not null,
  state           text        not null,
  attempts        integer     not null,
  next_attempt_at timestamptz,
  lease_until     timestamptz,
  planned_at      timestamptz not null,
  sent_at         timestamptz,
  constraint page_message_pkey primary key (id),
  constraint page_message_once_key unique (page_id, round, step, principal_id, channel),
  constraint page_message_due_check check ((state = 'PLANNED') = (next_attempt_at is not null)),
  constraint page_message_lease_check check ((state = 'SENDING') = (lease_until is not null)),
  constraint page_message_sent_check check ((state = 'SENT') = (sent_at is not null))
);
create index page_message_principal on page_message (principal_id, page_id);
create index page_message_due on page_message (next_attempt_at) where next_attempt_at is not null;
create index page_message_lease on page_message (lease_until) where lease_until is not null;

-- Addresses of our own people. Apart from the directory, because fewer people may read them.
create table page_contact (
  id             uuid    not null,
  version        integer not null,
  principal_id   text    not null,
  email          text,
  webhook_url    text,
  webhook_secret text,
  constraint page_contact_pkey primary key (id),
  constraint page_contact_principal_key unique (principal_id),
  constraint page_contact_webhook_check check ((webhook_url is null) = (webhook_secret is null))
);

-- Nothing here is a customer's to see, whatever a query forgets (R-01).
alter table page enable row level security;
alter table page_message enable row level security;
alter table page_contact enable row level security;
create policy staff_only on page using (current_setting('app.scope', true) = 'staff');
create policy staff_only on page_message using (current_setting('app.scope', true) = 'staff');
create policy staff_only on page_contact using (current_setting('app.scope', true) = 'staff');
