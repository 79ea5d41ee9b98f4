-- Our copies of what detection and notification announced, fed by events only: which tenants a detection concerns, and
-- which tenants there are.
create table known_detection (
  id            uuid        not null,
  source        text        not null,
  first_seen_at timestamptz not null,
  tenant_ids    uuid[]      not null,
  constraint known_detection_pkey primary key (id)
);
create table known_tenant (
  id uuid not null,
  constraint known_tenant_pkey primary key (id)
);
alter table known_detection enable row level security;
alter table known_tenant enable row level security;
create policy staff_only on known_detection using (current_setting('app.scope', true) = 'staff');
create policy staff_only on known_tenant using (current_setting('app.scope', true) = 'staff');
