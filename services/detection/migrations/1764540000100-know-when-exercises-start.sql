-- Whether a signal is of an exercise goes by when it was observed, so the start must be known too (R-35). Of those that
-- are known already it is at most 90 days before the end, the longest an exercise lasts.
alter table known_exercise add column starts_at timestamptz;
update known_exercise set starts_at = ends_at - interval '90 days';
alter table known_exercise alter column starts_at set not null;
