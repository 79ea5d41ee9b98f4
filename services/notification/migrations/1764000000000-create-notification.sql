-- Directory: whom to tell. Kept by the platform's administrators and, for contacts, by the customers themselves (R-92).
create table tenant (
  id uuid constraint tenant_pk primary key,
  version int not null,
  name text not null,
  zone text not null,
  locale text not null,
  updated_at timestamptz not null
);
create table subscription (
  id uuid constraint subscription_pk primary key,
  tenant_id uuid not null constraint subscription_tenant_fk references tenant (id),
  family text not null
);
create index subscription_tenant on subscription (tenant_id);
create table contact (
  id uuid constraint contact_pk primary key,
  version int not null,
  tenant_id uuid not null constraint contact_tenant_fk references tenant (id),
  subscription_id uuid constraint contact_subscription_fk references subscription (id),
  roles text[] not null,
  address text not null,
  locale text not null
);
create index contact_tenant on contact (tenant_id);

-- Our copies of foreign facts, written only by events.
create table known_member (
  incident_id uuid not null,
  principal_id text not null,
  role text not null,
  until timestamptz,
  constraint known_member_pk primary key (incident_id, principal_id, role)
);
create table known_scope (
  incident_id uuid not null,
  tenant_id uuid not null,
  subscription_ids uuid[] not null,
  status text not null,
  data_categories text[] not null,
  constraint known_scope_pk primary key (incident_id, tenant_id)
);

-- The Customer Incident Notification process; its id is the incident's.
create table cin (
  id uuid constraint cin_pk primary key,
  version int not null,
  state text not null,
  declared_at timestamptz
);
create table obligation (
  id uuid constraint obligation_pk primary key,
  version int not null,
  incident_id uuid not null,
  tenant_id uuid not null,
  rule_id text not null,
  rule_version int not null,
  starts_at timestamptz not null,
  due_at timestamptz not null,
  met_at timestamptz,
  constraint obligation_once unique (tenant_id, incident_id, rule_id)
);
create index obligation_incident on obligation (incident_id);
create table notice (
  id uuid constraint notice_pk primary key,
  version int not null,
  incident_id uuid not null,
  tenant_id uuid not null,
  phase text not null,
  notice_version int not null,
  state text not null,
  fields jsonb not null,
  body text not null,
  sha256 text not null,
  author_id text not null,
  approved_by text,
  sent_at timestamptz,
  unresolved boolean not null,
  created_at timestamptz not null,
  constraint notice_four_eyes check (approved_by is null or approved_by <> author_id)
);
create index notice_incident on notice (incident_id, created_at);

-- The ledger: one row for each version to one recipient over one channel (I-28).
create table delivery (
  id uuid constraint delivery_pk primary key,
  version int not null,
  incident_id uuid not null,
  notice_id uuid not null constraint delivery_notice_fk references notice (id),
  notice_version int not null,
  tenant_id uuid not null,
  channel text not null,
  recipient text not null,
  address_frozen text,
  role text,
  fallback boolean not null,
  state text not null,
  attempt int not null,
  next_attempt_at timestamptz,
  lease_until timestamptz,
  message_id text,
  reply_code int,
  traceparent text,
  created_at timestamptz not null,
  settled_at timestamptz,
  constraint delivery_once unique (tenant_id, notice_id, notice_version, recipient, channel)
);
create index delivery_notice on delivery (notice_id);
create index delivery_due on delivery (next_attempt_at) where state in ('PLANNED', 'DEFERRED', 'SUBMITTING');
create table advisory (
  id uuid constraint advisory_pk primary key,
  tenant_id uuid not null,
  incident_id uuid not null,
  notice_id uuid not null constraint advisory_notice_fk references notice (id),
  channel text not null,
  subscription_ids uuid[] not null,
  tag text,
  body text not null,
  published_at timestamptz not null,
  constraint advisory_once unique (tenant_id, notice_id, channel)
);
create index advisory_feed on advisory (tenant_id, published_at desc, id desc);

-- Who works on an incident, whom else it concerns and how far it is: not for customers (S-13).
alter table known_member enable row level security;
alter table known_scope enable row level security;
alter table cin enable row level security;
create policy staff_only on known_member using (current_setting('app.scope', true) = 'staff');
create policy staff_only on known_scope using (current_setting('app.scope', true) = 'staff');
create policy staff_only on cin using (current_setting('app.scope', true) = 'staff');

-- A customer's transaction sees its own tenant's rows and no others, whatever the query forgot (S-13).
do $$
declare
  secured text;
  own text;
begin
  foreach secured in array array['tenant', 'subscription', 'contact', 'obligation', 'notice', 'delivery', 'advisory'] loop
    own := case secured when 'tenant' then 'id' else 'tenant_id' end;
    execute format('alter table %I enable row level security', secured);
    execute format('alter table %I force row level security', secured);
    execute format('create policy owner on %I to notification_owner using (true) with check (true)', secured);
    execute format($policy$
      create policy scope on %1$I to notification_app
        using ((select current_setting('app.scope', true)) = 'staff'
          or %2$I = (select nullif(current_setting('app.tenant_id', true), ''))::uuid)
        with check ((select current_setting('app.scope', true)) = 'staff'
          or %2$I = (select nullif(current_setting('app.tenant_id', true), ''))::uuid)
    $policy$, secured, own);
  end loop;
end
$$;
