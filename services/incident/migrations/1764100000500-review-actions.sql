-- Actions are reviewed and cancelled from now on: those that were recorded before have neither.
update incident
set actions = (
  select jsonb_agg('{"reviewedBy": null, "reviewedAt": null, "cancelReason": null}'::jsonb || action order by nth)
  from jsonb_array_elements(actions) with ordinality as recorded (action, nth))
where actions <> '[]';
