-- What the tenant leads itself (R-11, R-12): an incident or a detection of its own realm, handed over once.
alter table tenant add column support_route text;

create table hand_over (
  id uuid constraint hand_over_pk primary key,
  version int not null,
  tenant_id uuid not null,
  incident_id uuid,
  detection_id uuid,
  support_route text,
  tools text[] not null,
  issued_at timestamptz not null,
  constraint hand_over_incident_once unique (tenant_id, incident_id),
  constraint hand_over_detection_once unique (tenant_id, detection_id),
  constraint hand_over_of_one check ((incident_id is null) <> (detection_id is null))
);
create index hand_over_feed on hand_over (tenant_id, issued_at desc, id desc);

-- As in the portal: a customer's transaction sees its own tenant's rows and no others (S-13).
alter table hand_over enable row level security;
alter table hand_over force row level security;
create policy owner on hand_over to notification_owner using (true) with check (true);
create policy scope on hand_over to notification_app
  using ((select current_setting('app.scope', true)) = 'staff'
    or tenant_id = (select nullif(current_setting('app.tenant_id', true), ''))::uuid)
  with check ((select current_setting('app.scope', true)) = 'staff'
    or tenant_id = (select nullif(current_setting('app.tenant_id', true), ''))::uuid);
