-- What happened, as people and commands told it, in the order in which it happened. Entries are added and corrected by
-- further entries, never changed. Instants hold milliseconds, as cursors and JavaScript do.
create table timeline_entry (
  id          uuid           not null,
  incident_id uuid           not null,
  kind        text           not null,
  text        text           not null,
  refs        text[]         not null,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  recorded_by text           not null,
  corrects    uuid,
  reason      text,
  constraint timeline_entry_pkey primary key (id),
  -- Of two corrections at once one stays: a correction has one successor.
  constraint timeline_entry_corrects_key unique (corrects),
  constraint timeline_entry_reason_check check ((corrects is null) = (reason is null)),
  constraint timeline_entry_time_check check (occurred_at <= recorded_at)
);
create index timeline_entry_incident_idx on timeline_entry (incident_id, occurred_at, id);

select append_only('timeline_entry');

alter table timeline_entry enable row level security;
create policy staff_only on timeline_entry using (current_setting('app.scope', true) = 'staff');
