-- Incidents that are related, and those that turned out to be one. A duplicate keeps its rows; what is keyed by its id is
-- reached over merged_into and merged_from.
alter table incident
  add column related_incident_ids uuid[] not null default '{}',
  add column merged_into uuid,
  add column merged_from uuid[] not null default '{}',
  add constraint incident_merged_check check (merged_into is null or (disposition is not null and disposition = 'DUPLICATE'));
alter table incident
  alter column related_incident_ids drop default,
  alter column merged_from drop default;
