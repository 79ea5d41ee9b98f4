-- The incident service's own tables. Lists that only grow with their incident are jsonb in its row; what is asked for
-- across incidents (members, detections) has a table.

create sequence incident_number as integer;

create table incident (
  id                  uuid        not null,
  version             integer     not null,
  number              integer     not null,
  source              text        not null,
  stage               text        not null,
  status              text        not null,
  cycle               integer     not null,
  responsibility      text        not null,
  first_indication_at timestamptz not null,
  detected_at         timestamptz not null,
  on_call_id          text,
  incident_manager_id text,
  stage_entries       jsonb       not null,
  evidence            jsonb       not null,
  actions             jsonb       not null,
  containment         jsonb,
  disposition         text,
  closed_at           timestamptz,
  constraint incident_pkey primary key (id),
  constraint incident_number_key unique (number),
  constraint incident_closed_check check ((status = 'CLOSED') = (disposition is not null and closed_at is not null))
);

create table incident_member (
  incident_id  uuid not null,
  principal_id text not null,
  role         text not null,
  until        timestamptz,
  constraint incident_member_pkey primary key (incident_id, principal_id, role)
);
create index incident_member_principal_idx on incident_member (principal_id, incident_id);

-- One incident for each promoted detection: the primary key holds even if the event is handled twice at once (H-7).
create table incident_detection (
  detection_id uuid not null,
  incident_id  uuid not null,
  constraint incident_detection_pkey primary key (detection_id)
);
create index incident_detection_incident_idx on incident_detection (incident_id);

create table staff_member (
  id           uuid    not null,
  version      integer not null,
  principal_id text    not null,
  name         text    not null,
  roles        jsonb   not null,
  on_call      boolean not null,
  constraint staff_member_pkey primary key (id),
  constraint staff_member_principal_key unique (principal_id)
);

-- Our copy of what classification and notification announced; fed by events only.
create table known_incident_fact (
  incident_id     uuid    not null,
  crspi           text    not null,
  cin             text    not null,
  round_the_clock boolean not null,
  constraint known_incident_fact_pkey primary key (incident_id)
);

-- What went wrong. Apart from the incident, because fewer people may read it (R-74).
create table post_mortem (
  id                    uuid    not null,
  version               integer not null,
  incident_id           uuid    not null,
  state                 text    not null,
  author_ids            text[]  not null,
  details               text    not null,
  response_sufficient   jsonb,
  procedures_sufficient jsonb,
  sop_updates           jsonb   not null,
  no_update_reason      text,
  approved_by           text,
  summary               jsonb,
  constraint post_mortem_pkey primary key (id),
  constraint post_mortem_incident_key unique (incident_id),
  constraint post_mortem_approved_check check ((state in ('DRAFT', 'REVIEW')) = (approved_by is null)),
  constraint post_mortem_answered_check check (
    approved_by is null or (response_sufficient is not null and procedures_sufficient is not null
      and (sop_updates <> '[]' or no_update_reason is not null))),
  constraint post_mortem_two_people_check check (not (approved_by = any (author_ids))),
  constraint post_mortem_complete_check check (
    state <> 'COMPLETE' or not jsonb_path_exists(sop_updates, '$[*] ? (@.toVersion == null)')),
  constraint post_mortem_summary_two_people_check check (not (summary -> 'authorIds' @> (summary -> 'approvedBy')))
);

-- Nothing here is a customer's to see, whatever a query forgets (R-01).
alter table incident enable row level security;
alter table incident_member enable row level security;
alter table incident_detection enable row level security;
alter table staff_member enable row level security;
alter table known_incident_fact enable row level security;
alter table post_mortem enable row level security;
create policy staff_only on incident using (current_setting('app.scope', true) = 'staff');
create policy staff_only on incident_member using (current_setting('app.scope', true) = 'staff');
create policy staff_only on incident_detection using (current_setting('app.scope', true) = 'staff');
create policy staff_only on staff_member using (current_setting('app.scope', true) = 'staff');
create policy staff_only on known_incident_fact using (current_setting('app.scope', true) = 'staff');
create policy staff_only on post_mortem using (current_setting('app.scope', true) = 'staff');
