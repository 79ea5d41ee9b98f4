-- The custody of an incident's own evidence, and the few incidents that are worked on round the clock.
create index evidence_custody_incident_idx on evidence_custody (incident_id) where n = 1;
create index known_incident_fact_night_idx on known_incident_fact (incident_id) where round_the_clock;
