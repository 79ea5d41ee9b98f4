-- A rota that is wrong or no longer needed is retired: it stays as it was, and its role may have another (R-02).
alter table rota
  add column retired_at timestamptz,
  add column retired_by text,
  add column retire_reason text,
  add constraint rota_retired_check check (
    (retired_at is null) = (retired_by is null) and (retired_at is null) = (retire_reason is null));
alter table rota drop constraint rota_role_key;
create unique index rota_role_key on rota (role) where retired_at is null;
