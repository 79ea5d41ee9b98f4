-- Who is concerned by a declaration is still to be found out (R-51).
alter table classification add column scoping_task jsonb;
