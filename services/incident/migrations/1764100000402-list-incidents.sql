-- Lists, counts and searches over many incidents.

-- When an incident first reached what is measured; null: not yet (domain/milestones.ts).
alter table incident
  add column acknowledged_at timestamptz,
  add column assessed_at timestamptz,
  add column contained_at timestamptz;
update incident i set
  acknowledged_at = (select min((e ->> 'at')::timestamptz) from jsonb_array_elements(i.stage_entries) e
    where e ->> 'stage' = 'ASSESS'),
  assessed_at = (select min((e ->> 'at')::timestamptz) from jsonb_array_elements(i.stage_entries) e
    where e ->> 'stage' in ('DIAGNOSE', 'CLOSE')),
  contained_at = (containment ->> 'verifiedAt')::timestamptz;
alter table known_incident_fact add column declared_at timestamptz;

-- What can be asked of many incidents at once, a row for each membership, so that the lists of somebody with ten
-- incidents and of somebody with a million come from one stretch of one index. The provider's own integration, which
-- sees all, has the principal '', which nobody can be.
create table incident_listing (
  incident_id     uuid        not null,
  principal_id    text        not null,
  role            text        not null,
  until           timestamptz,
  number          integer     not null,
  stage           text        not null,
  status          text        not null,
  source          text        not null,
  responsibility  text        not null,
  disposition     text,
  on_call_id      text,
  round_the_clock boolean     not null,
  detected_at     timestamptz not null,
  -- Seconds from detected_at: what metrics sort, so that they need not compute it a million times.
  to_acknowledge  float8,
  to_assess       float8,
  to_contain      float8,
  to_declare      float8,
  to_close        float8,
  constraint incident_listing_pkey primary key (incident_id, principal_id, role)
);
-- In the order of the lists, also of those that are narrowed most often, and of spans of time.
create index incident_listing_opened_idx on incident_listing (principal_id, detected_at, number);
create index incident_listing_status_idx on incident_listing (principal_id, status, detected_at, number);
create index incident_listing_on_call_idx on incident_listing (principal_id, on_call_id, detected_at, number);
create index incident_listing_night_idx on incident_listing (principal_id, detected_at, number) where round_the_clock;
-- Equal keys are stored once, and counting needs nothing else: facets are an index-only scan.
create index incident_listing_facet_idx on incident_listing
  (principal_id, role, status, stage, source, responsibility, disposition, until);

-- A principal has one role mostly: PostgreSQL would think that few rows have both.
create statistics incident_listing_principal_role (dependencies) on principal_id, role from incident_listing;
-- A page is twenty rows of one index; parallel workers would read far beyond them.
alter table incident_listing set (parallel_workers = 0);

alter table incident_listing enable row level security;
-- As the other policies; but of an equality PostgreSQL expects 1 row in 200, of a case every second one.
create policy staff_only on incident_listing
  using (case when current_setting('app.scope', true) = 'staff' then true else false end);

-- What the listing must hold. The table is this view, kept up to date by refresh_listing().
create view incident_listing_source with (security_invoker = true) as
select i.id as incident_id, r.principal_id, r.role, r.until, i.number, i.stage, i.status, i.source, i.responsibility,
  i.disposition, i.on_call_id, coalesce(k.round_the_clock, false) as round_the_clock, i.detected_at,
  extract(epoch from i.acknowledged_at - i.detected_at)::float8 as to_acknowledge,
  extract(epoch from i.assessed_at - i.detected_at)::float8 as to_assess,
  extract(epoch from i.contained_at - i.detected_at)::float8 as to_contain,
  extract(epoch from k.declared_at - i.detected_at)::float8 as to_declare,
  extract(epoch from i.closed_at - i.detected_at)::float8 as to_close
from incident i
left join known_incident_fact k on k.incident_id = i.id
cross join lateral (
  select m.principal_id, m.role, m.until from incident_member m where m.incident_id = i.id
  union all select '', 'PARTNER', null) r;

-- Called when an incident, its members or what is known of it changed. The lock first: else two transactions that
-- changed different parts of it would each write what it read before the other committed.
create function refresh_listing(p_incident_id uuid) returns void language plpgsql as $$
begin
  perform from incident where id = p_incident_id for no key update;
  insert into incident_listing as l select * from incident_listing_source where incident_id = p_incident_id
  on conflict (incident_id, principal_id, role) do update set
    (until, number, stage, status, source, responsibility, disposition, on_call_id, round_the_clock, detected_at,
      to_acknowledge, to_assess, to_contain, to_declare, to_close) =
    (excluded.until, excluded.number, excluded.stage, excluded.status, excluded.source, excluded.responsibility,
      excluded.disposition, excluded.on_call_id, excluded.round_the_clock, excluded.detected_at,
      excluded.to_acknowledge, excluded.to_assess, excluded.to_contain, excluded.to_declare, excluded.to_close)
  where l.* is distinct from excluded.*;
end $$;

insert into incident_listing select * from incident_listing_source;

-- The words of each incident: its number, the titles it had, what people wrote into its timeline. 'simple', because
-- names, hosts and hashes have no grammar, and people write in several languages.
create table incident_search (
  incident_id uuid     not null,
  document    tsvector not null,
  constraint incident_search_pkey primary key (incident_id)
);
-- A short pending list, for every search reads it whole.
create index incident_search_document_idx on incident_search using gin (document) with (gin_pending_list_limit = 512);

alter table incident_search set (parallel_workers = 0);

alter table incident_search enable row level security;
create policy staff_only on incident_search using (current_setting('app.scope', true) = 'staff');

-- Under row security the index could not be used, for @@ might tell of rows that the policy hides (it is not leakproof).
-- So it is read as its owner, and the view asks the policy's question.
create view searchable_incident as
select incident_id, document from incident_search where current_setting('app.scope', true) = 'staff'
with cascaded check option;

-- A document holds 1 MB. When that is full, words lose their positions (phrases are not found any more) to make room;
-- when that is not enough either, further words are not found. Nothing that somebody writes is refused for it.
create function add_words(p_incident_id uuid, p_text text) returns void language plpgsql as $$
declare
  words tsvector := to_tsvector('simple', p_text);
begin
  insert into incident_search as s (incident_id, document) values (p_incident_id, words)
  on conflict (incident_id) do update set document = s.document || words;
exception when program_limit_exceeded then
  begin
    update incident_search set document = strip(document) || strip(words) where incident_id = p_incident_id;
  exception when program_limit_exceeded then
    null;
  end;
end $$;

select add_words(id, number || ' ' || lower(title)) from incident;
select add_words(incident_id, lower(text)) from timeline_entry
where kind in ('NOTE', 'OBSERVATION', 'DECISION', 'COMMUNICATION', 'ACTION');
