-- The audit trail (security.md 7): 16 hash chains per service; rows enter only by audit_append().

create table audit (
  chain smallint not null,
  seq bigint not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  prev bytea not null,
  hash bytea not null,
  body text not null, -- RFC 8785; never jsonb::text, which reorders
  constraint audit_pk primary key (chain, seq),
  constraint audit_line_check check (actor !~ '\n' and action !~ '\n' and subject !~ '\n')
);
create index audit_subject on audit (subject);

-- The end of each chain; locking its row is what makes the chain one line.
create table audit_tip (
  chain smallint not null,
  seq bigint not null default 0,
  hash bytea not null default decode(repeat('00', 32), 'hex'),
  constraint audit_tip_pk primary key (chain),
  constraint audit_tip_chain_check check (chain between 0 and 15)
);
insert into audit_tip (chain) select generate_series(0, 15);

create function audit_hash(service text, chain int, seq bigint, at timestamptz, actor text, action text, subject text,
  prev bytea, body text) returns bytea language sql stable as $$
  select sha256(convert_to(concat_ws(E'\n', 'tocsin-audit-v1', service, chain, seq,
    to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, action, subject, encode(prev, 'hex'), body),
    'UTF8'))
$$;

-- The chain follows from the subject, so that nobody chooses one. Its tip stays locked until the transaction ends:
-- call it last.
create function audit_append(p_actor text, p_action text, p_subject text, p_body text) returns void
language plpgsql security definer as $$
declare
  v_chain smallint := get_byte(sha256(convert_to(p_subject, 'UTF8')), 0) & 15;
  v_seq bigint;
  v_prev bytea;
  v_hash bytea;
  v_at timestamptz;
begin
  select t.seq + 1, t.hash into strict v_seq, v_prev from audit_tip t where t.chain = v_chain for update;
  v_at := clock_timestamp();
  v_hash := audit_hash(current_schema(), v_chain, v_seq, v_at, p_actor, p_action, p_subject, v_prev, p_body);
  insert into audit (chain, seq, at, actor, action, subject, prev, hash, body)
    values (v_chain, v_seq, v_at, p_actor, p_action, p_subject, v_prev, v_hash, p_body);
  update audit_tip t set seq = v_seq, hash = v_hash where t.chain = v_chain;
end $$;

select append_only('audit');

do $$
declare
  service text := current_schema();
  app text := quote_ident(service || '_app');
  audit_role text := quote_ident(service || '_audit');
begin
  execute format('grant select on audit, audit_tip to %s', app);
  execute format('grant usage on schema %I to %s', service, audit_role);
  execute format('grant select, insert on audit to %s', audit_role);
  execute format('grant select, update on audit_tip to %s', audit_role);
  execute format('grant execute on function audit_hash(text, int, bigint, timestamptz, text, text, text, bytea, text)
    to %s, %s', audit_role, app);
  execute 'revoke execute on function audit_append(text, text, text, text) from public';
  execute format('grant execute on function audit_append(text, text, text, text) to %s', app);
  execute format('alter function audit_append(text, text, text, text) set search_path = %I, pg_temp', service);
  -- A new owner must be able to create in the schema, for this one moment.
  execute format('grant create on schema %I to %s', service, audit_role);
  execute format('alter function audit_append(text, text, text, text) owner to %s', audit_role);
  execute format('revoke create on schema %I from %s', service, audit_role);
end $$;
