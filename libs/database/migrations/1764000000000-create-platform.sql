-- The tables that every service has in its own schema: events out, events in, commands, decisions. Run as <service>_owner.

-- The one clock of business time; the machinery's leases use now() itself.
create function clock_now() returns timestamptz language sql stable as 'select now()';

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end $$;

-- Makes a table append-only, for the application and for everybody else: `select append_only('decision')`.
create function append_only(target regclass) returns void language plpgsql as $$
begin
  execute format('create trigger append_only_rows before update or delete on %s for each statement
    execute function refuse_change()', target);
  execute format('create trigger append_only_table before truncate on %s for each statement
    execute function refuse_change()', target);
  execute format('revoke update, delete, truncate on %s from %I', target, current_schema() || '_app');
end $$;
revoke execute on function append_only(regclass) from public;

-- Events out (eventing.md 2). Each committed event is in exactly one of outbox, outbox_parked and event_log (E-1).
create table outbox (
  id bigint generated always as identity,
  event_id uuid not null,
  topic text not null,
  type text not null,
  aggregate_type text not null,
  aggregate_id uuid not null,
  aggregate_seq bigint not null,
  shard smallint not null,
  tenant_id uuid,
  headers jsonb not null,
  data text not null, -- text, so that a repeat has the same bytes
  occurred_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint outbox_pk primary key (id),
  constraint outbox_event_id_key unique (event_id),
  constraint outbox_aggregate_seq_key unique (aggregate_type, aggregate_id, aggregate_seq),
  constraint outbox_shard_check check (shard between 0 and 3),
  constraint outbox_data_check check (octet_length(data) <= 65536)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create index outbox_shard_id on outbox (shard, id);

create table outbox_shard (
  shard smallint not null,
  owner text,
  fence bigint not null default 0,
  lease_until timestamptz,
  constraint outbox_shard_pk primary key (shard)
);
insert into outbox_shard (shard) values (0), (1), (2), (3);

create table event_log (
  position bigint generated always as identity,
  event_id uuid not null,
  topic text not null,
  type text not null,
  aggregate_type text not null,
  aggregate_id uuid not null,
  aggregate_seq bigint not null,
  shard smallint not null,
  tenant_id uuid,
  headers jsonb not null,
  data text not null,
  occurred_at timestamptz not null,
  created_at timestamptz not null,
  published_at timestamptz not null default clock_timestamp(),
  constraint event_log_pk primary key (position),
  constraint event_log_event_id_key unique (event_id),
  constraint event_log_aggregate_seq_key unique (aggregate_type, aggregate_id, aggregate_seq)
);

create table outbox_parked (
  id bigint not null,
  event_id uuid not null,
  topic text not null,
  type text not null,
  aggregate_type text not null,
  aggregate_id uuid not null,
  aggregate_seq bigint not null,
  shard smallint not null,
  tenant_id uuid,
  headers jsonb not null,
  data text not null,
  occurred_at timestamptz not null,
  created_at timestamptz not null,
  error text not null,
  parked_at timestamptz not null default now(),
  constraint outbox_parked_pk primary key (id),
  constraint outbox_parked_aggregate_seq_key unique (aggregate_type, aggregate_id, aggregate_seq)
);

-- The contiguous event counter of each aggregate (E-3).
create table aggregate (
  type text not null,
  id uuid not null,
  seq bigint not null,
  constraint aggregate_pk primary key (type, id)
);

-- Events in (eventing.md 3). Not partitioned: partitions serve to drop old months cheaply, and must be made before
-- each month begins by a job that the application's role may not run. At 90 days' retention and the volume of one
-- provider a DELETE by processed_at does; partition it by message_id (UUIDv7) when that takes too long.
create table inbox (
  consumer text not null,
  message_id uuid not null,
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  outcome text not null default 'DONE',
  code text,
  processed_at timestamptz not null default now(),
  constraint inbox_pk primary key (consumer, message_id),
  constraint inbox_outcome_check check (outcome in ('DONE', 'REFUSED', 'PARKED'))
);

create table progress (
  consumer text not null,
  aggregate_type text not null,
  aggregate_id uuid not null,
  last_seq bigint not null,
  constraint progress_pk primary key (consumer, aggregate_type, aggregate_id)
);

create table slice_start (
  consumer text not null,
  topic text not null,
  partition int not null,
  first_offset bigint not null,
  starts int not null,
  constraint slice_start_pk primary key (consumer, topic, partition)
);

create table halted_key (
  consumer text not null,
  topic text not null,
  key text not null,
  reason text not null,
  since timestamptz not null default now(),
  constraint halted_key_pk primary key (consumer, topic, key)
);

create table parked (
  consumer text not null,
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  key text not null,
  seq bigint,
  message_id uuid,
  headers jsonb not null,
  value bytea,
  error text not null,
  attempts int not null,
  parked_at timestamptz not null default now(),
  released_at timestamptz,
  constraint parked_pk primary key (consumer, topic, partition, "offset")
);
create index parked_waiting on parked (consumer, topic, key) where released_at is null;

-- What a command answered, so that its repeat gets the same answer.
create table command (
  principal_id text not null,
  key text not null,
  name text not null,
  input_sha256 text not null,
  result jsonb,
  created_at timestamptz not null default now(),
  constraint command_pk primary key (principal_id, key)
);

-- Who decided what, in which role, why, on what evidence, under which policy (I-1).
create table decision (
  position bigint generated always as identity,
  id uuid not null,
  aggregate_type text not null,
  aggregate_id uuid not null,
  kind text not null,
  value jsonb not null,
  actor_id text not null,
  role text not null,
  at timestamptz not null,
  reason text not null,
  evidence_ids uuid[] not null,
  policy_version text not null,
  constraint decision_pk primary key (position),
  constraint decision_id_key unique (id)
);
create index decision_aggregate on decision (aggregate_type, aggregate_id, position);

-- Reasons are incident content: no customer's request can read them, whatever its query forgets (S-13).
alter table decision enable row level security;
alter table decision force row level security;

do $$
declare
  app text := quote_ident(current_schema() || '_app');
begin
  execute 'create policy staff on decision for select to ' || app ||
    ' using ((select current_setting(''app.scope'', true)) = ''staff'')';
  execute 'create policy recorded on decision for insert to ' || app || ' with check (true)';
  execute 'create policy owned on decision to ' || quote_ident(current_schema() || '_owner') || ' using (true)';
  execute 'grant select, insert, delete on outbox, outbox_parked to ' || app;
  execute 'grant select, update on outbox_shard to ' || app;
  execute 'grant select, insert on event_log, decision to ' || app;
  execute 'grant select, insert, update on aggregate, progress to ' || app;
  execute 'grant select, insert, update (outcome, code, processed_at) on inbox to ' || app;
  execute 'grant select, insert, update, delete on slice_start, halted_key to ' || app;
  execute 'grant select, insert, update (released_at) on parked to ' || app;
  execute 'grant select, insert, update (result) on command to ' || app;
  execute 'grant execute on function clock_now() to ' || app;
end $$;

select append_only('event_log'), append_only('decision');
