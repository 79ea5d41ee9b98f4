-- Awareness (gate G2), the decisions on a personal data breach and its risk to people, and what contradicts what.
alter table classification
  add column awareness jsonb not null default '[]',
  add column breach_assessments jsonb not null default '[]',
  add column conflicts jsonb not null default '[]';
alter table classification
  alter column awareness drop default,
  alter column breach_assessments drop default,
  alter column conflicts drop default,
  -- I-23: a ground of article 34(3) answers a high risk only.
  add constraint classification_art34_ground check (
    not jsonb_path_exists(
      breach_assessments, '$[*].judgement ? (@.art34Ground != null && @.verdict != "HIGH_RISK")')
  );

-- An incident that was opened before has no detected_at: nothing to compare an awareness with (I-3).
alter table known_incident
  add column detected_at timestamptz,
  add column cycle int not null default 1;
alter table known_incident alter column cycle drop default;
