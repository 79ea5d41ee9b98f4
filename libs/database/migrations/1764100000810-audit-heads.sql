-- Sealed heads (security.md 7, S-40): where all chains ended, signed by the service, one after the other. A chain that
-- was cut off, or written anew from some row on, contradicts them.
create table audit_head (
  n bigint not null,
  at timestamptz not null,
  rows bigint not null, -- of all chains together
  jws text not null,
  constraint audit_head_pk primary key (n)
);
select append_only('audit_head');

-- The tips, locked until the transaction ends: what is appended after that is dated after it.
create function audit_tips() returns table (chain smallint, seq bigint, hash bytea)
language sql security definer as $$
  select t.chain, t.seq, t.hash from audit_tip t order by t.chain for update
$$;

do $$
declare
  service text := current_schema();
  app text := quote_ident(service || '_app');
  audit_role text := quote_ident(service || '_audit');
begin
  execute format('grant select, insert on audit_head to %s', app);
  execute 'revoke execute on function audit_tips() from public';
  execute format('grant execute on function audit_tips() to %s', app);
  execute format('alter function audit_tips() set search_path = %I, pg_temp', service);
  execute format('grant create on schema %I to %s', service, audit_role);
  execute format('alter function audit_tips() owner to %s', audit_role);
  execute format('revoke create on schema %I from %s', service, audit_role);
end $$;
