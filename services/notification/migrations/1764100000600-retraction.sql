-- Retracting a declaration (I-7): what it began is cancelled, and every notice that was sent is withdrawn by another.
alter table cin add retracted_at timestamptz;
alter table cin add constraint cin_declared_or_retracted check (declared_at is null or retracted_at is null);

-- A new declaration begins anew: its obligations start at another instant.
alter table obligation add cancelled_at timestamptz;
alter table obligation add constraint obligation_met_or_cancelled check (met_at is null or cancelled_at is null);
alter table obligation drop constraint obligation_once;
alter table obligation add constraint obligation_once unique (tenant_id, incident_id, rule_id, starts_at);

alter table notice add follows uuid constraint notice_follows_fk references notice (id);
alter table notice add constraint notice_withdrawal_follows check (phase <> 'WITHDRAWAL' or follows is not null);
create unique index notice_withdrawn_once on notice (follows) where phase = 'WITHDRAWAL';
