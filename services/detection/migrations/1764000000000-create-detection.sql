-- What turns signals into detections; the rows follow the packaged rule files at each start.
create table detector (
  id uuid constraint detector_pk primary key,
  version int not null,
  name text not null,
  kind text not null constraint detector_kind check (kind in ('SIGMA', 'INTAKE')),
  level text not null,
  author text not null,
  license text,
  rule text,
  enabled boolean not null
);
create index detector_name on detector (name, id);

-- What detectors and people told us: one row for each (source, source_ref), never changed.
create table signal (
  id uuid constraint signal_pk primary key,
  version int not null,
  source text not null,
  source_ref text not null,
  content_hash text not null,
  reporter_id text not null,
  tenant_id uuid,
  observed_at timestamptz not null,
  received_at timestamptz not null,
  claimed_at timestamptz,
  assets jsonb not null,
  attributes jsonb not null,
  detection_ids uuid[] not null,
  constraint signal_once unique (source, source_ref)
);
create index signal_detections on signal using gin (detection_ids);

create table detection (
  id uuid constraint detection_pk primary key,
  version int not null,
  fingerprint text not null,
  detector_id uuid not null constraint detection_detector_fk references detector (id),
  level text not null,
  state text not null constraint detection_state check (state in ('OPEN', 'PROMOTED')),
  source text not null,
  realm text not null,
  tenant_id uuid,
  signal_count int not null,
  raised_at timestamptz not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  related_detection_id uuid
);
create index detection_raised on detection (raised_at, id);
create index detection_fingerprint on detection (fingerprint, raised_at);
-- One open detection for each fingerprint, whoever races.
create unique index detection_open_once on detection (fingerprint) where state = 'OPEN';

grant select, insert, update on detector, detection to detection_app;
grant select, insert on signal to detection_app;

-- The third layer behind gateway and policy (S-9): a customer reaches only what is of his own tenant.
alter table signal enable row level security;
alter table signal force row level security;
create policy signal_staff on signal to detection_app
  using ((select current_setting('app.scope', true)) = 'staff');
create policy signal_own on signal to detection_app
  using ((select current_setting('app.scope', true)) = 'tenant'
    and tenant_id = (select nullif(current_setting('app.tenant_id', true), ''))::uuid);
create policy signal_owner on signal to detection_owner using (true);
alter table detection enable row level security;
alter table detection force row level security;
create policy detection_staff on detection to detection_app
  using ((select current_setting('app.scope', true)) = 'staff');
create policy detection_own on detection to detection_app
  using ((select current_setting('app.scope', true)) = 'tenant'
    and tenant_id = (select nullif(current_setting('app.tenant_id', true), ''))::uuid);
create policy detection_owner on detection to detection_owner using (true);
