-- Who is on call, and the alarms about gaps (R-02).

create table rota (
  id        uuid    not null,
  version   integer not null,
  role      text    not null,
  name      text    not null,
  zone      text    not null,
  layers    jsonb   not null,
  overrides jsonb   not null,
  constraint rota_pkey primary key (id),
  constraint rota_role_key unique (role)
);

create table rota_gap_alarm (
  id        uuid        not null,
  version   integer     not null,
  rota_id   uuid        not null,
  role      text        not null,
  starts_at timestamptz not null,
  ends_at   timestamptz not null,
  urgent    boolean     not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  constraint rota_gap_alarm_pkey primary key (id),
  constraint rota_gap_alarm_span_check check (starts_at < ends_at)
);
create index rota_gap_alarm_open_idx on rota_gap_alarm (rota_id) where closed_at is null;
create index rota_gap_alarm_start_idx on rota_gap_alarm (starts_at, id);

alter table rota enable row level security;
alter table rota_gap_alarm enable row level security;
create policy staff_only on rota using (current_setting('app.scope', true) = 'staff');
create policy staff_only on rota_gap_alarm using (current_setting('app.scope', true) = 'staff');
