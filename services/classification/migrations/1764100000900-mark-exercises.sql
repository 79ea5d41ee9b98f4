-- Decisions about an incident of an exercise are marked as such (I-35).
alter table classification add column exercise_id uuid;
