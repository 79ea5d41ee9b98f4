-- One piece of evidence may be cited in several incidents: after a merger, and after a split.
alter table known_evidence drop constraint known_evidence_pk;
alter table known_evidence add constraint known_evidence_pk primary key (incident_id, id);
