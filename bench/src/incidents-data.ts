import pg from 'pg';
import { withDatabase } from '@tocsin/tools';

/* Incidents for measuring: as many as wanted, in the incident service's own tables, made by PostgreSQL itself. */

/** How many timeline entries there are at most; incidents beyond have none that people wrote. */
export const mostEntries = 1_000_000;

/** Of how many incidents the reader of few is a member. */
const few = 40;

export interface Filler {
  /** Adds incidents until there are so many. */
  fillTo(count: number): Promise<void>;
  ask<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export async function createFiller(adminUrl: string): Promise<Filler> {
  const client = new pg.Client({
    connectionString: withDatabase(adminUrl, 'tocsin'),
    options: '-c search_path=incident -c maintenance_work_mem=512MB -c work_mem=128MB -c synchronous_commit=off',
  });
  await client.connect();
  const ask = async <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> =>
    (await client.query(sql, [...parameters])).rows as Row[];
  return {
    ask,
    fillTo: async (count) => {
      const [present] = await ask<{ number: number }>('select coalesce(max(number), 0) as number from incident');
      await withoutIndexes(ask, async () => {
        await ask('drop table if exists fresh');
        await ask(fresh, [present?.number ?? 0, count]);
        for (const statement of statements) await ask(statement);
      });
      await ask(`select setval('incident_number', ${String(count)})`);
      for (const table of tables) await ask(`vacuum (analyze) ${table}`);
    },
    stop: () => client.end(),
  };
}

const tables = [
  'incident',
  'incident_member',
  'incident_detection',
  'known_incident_fact',
  'decision',
  'timeline_entry',
  'incident_listing',
  'incident_search',
];

/** Indexes are built faster at once than entry by entry; each is made again as it was. */
async function withoutIndexes(ask: Filler['ask'], work: () => Promise<void>): Promise<void> {
  const indexes = await ask<{ name: string; definition: string }>(
    `select indexrelid::regclass as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = any($1::text[]::regclass[]) and not indisunique`,
    [tables],
  );
  for (const { name } of indexes) await ask(`drop index ${name}`);
  await work();
  for (const { definition } of indexes) await ask(definition);
}

/** What becomes of each incident: one every four minutes, 97 of 100 closed, each with its path through the stages. */
const fresh = `
  create temp table fresh as
  select n as number, gen_random_uuid() as id, timestamptz '2017-01-01' + n * interval '4 minutes' as at, r.*,
    case when is_open then (array['DETECT','ASSESS','ASSESS','ASSESS','DIAGNOSE','DIAGNOSE','STABILIZE'])[1 + (d * 7)::int % 7]
      else 'CLOSE' end as stage,
    case when not is_open then (array['FALSE_POSITIVE','FALSE_POSITIVE','FALSE_POSITIVE','NOT_ESCALATED','NOT_ESCALATED',
      'RESOLVED','RESOLVED','CUSTOMER_RESPONSIBILITY','DUPLICATE'])[1 + (d * 9)::int % 9] end as disposition
  from generate_series($1::int + 1, $2::int) as n
  cross join lateral (select n, random() < 0.03 as is_open, random() as d, random() as s, random() as p) as r (m, is_open, d, s, p)`;

const path = `case when stage = 'DETECT' then array['DETECT'] when stage = 'ASSESS' then array['DETECT','ASSESS']
  when disposition in ('FALSE_POSITIVE', 'NOT_ESCALATED', 'DUPLICATE') then array['DETECT','ASSESS','CLOSE']
  when stage = 'DIAGNOSE' then array['DETECT','ASSESS','DIAGNOSE']
  when stage = 'STABILIZE' then array['DETECT','ASSESS','DIAGNOSE','STABILIZE']
  else array['DETECT','ASSESS','DIAGNOSE','STABILIZE','CLOSE'] end`;

const what = `(array['credential','token','mailbox','storage account','virtual machine','registry','pipeline','key'])[1 + number % 8]`;
const how = `(array['used from an unknown country','exposed in a repository','disabled logging','created an admin',
  'sent many requests','read many files','dumped memory'])[1 + number % 7]`;

const statements: readonly string[] = [
  'analyze fresh',
  `insert into incident (id, version, number, title, tlp, source, stage, status, cycle, responsibility,
     first_indication_at, detected_at, on_call_id, incident_manager_id, stage_entries, evidence, actions, containment,
     disposition, closed_at, acknowledged_at, assessed_at, contained_at, related_incident_ids, merged_from)
   select id, 1, number, initcap(${what}) || ' ' || ${how} || ' on host-' || number % 50000, 'AMBER',
     (array['AUTOMATED_SIGNATURE','AUTOMATED_SIGNATURE','AUTOMATED_SIGNATURE','AUTOMATED_ANOMALY','AUTOMATED_ANOMALY',
       'CUSTOMER_REPORT','FIRST_PARTY_REPORT','VULNERABILITY_REPORT','OPERATOR_ESCALATION'])[1 + (s * 9)::int % 9],
     stage, case when is_open then 'OPEN' else 'CLOSED' end, 1,
     case when disposition = 'CUSTOMER_RESPONSIBILITY' then 'CUSTOMER' when p < 0.4 then 'UNDETERMINED'
       when p < 0.9 then 'PROVIDER' else 'SHARED' end,
     at - interval '5 minutes', at, 'user:r' || number % 50, 'user:ima', entries,
     jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'text', 'Sign-in log of host-' || number % 50000,
       'sha256', repeat(md5(number::text), 2), 'environment', 'PRODUCTION', 'tlp', 'AMBER', 'collectedAt', at, 'addedBy', 'user:ima',
       'addedAt', at)),
     case when disposition = 'RESOLVED' then jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'kind',
       'CONTAINMENT', 'text', 'Revoke the sessions', 'state', 'DONE', 'ownerId', 'user:eng', 'dueAt', null, 'doneBy',
       'user:eng', 'doneAt', at, 'reviewedBy', null, 'reviewedAt', null, 'cancelReason', null, 'recordedBy', 'user:ima', 'recordedAt', at)) else '[]' end,
     case when disposition = 'RESOLVED' then jsonb_build_object('verifiedBy', 'user:ima', 'verifiedAt',
       at + interval '1 day' * s) end,
     disposition, case when not is_open then at + interval '3 days' * (1 + p) end,
     case when cardinality(stages) > 1 then at + interval '20 minutes' * p end,
     case when cardinality(stages) > 2 then at + interval '1 hour' + interval '5 hours' * d end,
     case when disposition = 'RESOLVED' then at + interval '1 day' * s end, '{}', '{}'
   from fresh cross join lateral (select ${path}) as path (stages)
   cross join lateral (select jsonb_agg(jsonb_build_object('n', k, 'stage', stages[k], 'cycle', 1, 'at', at + k *
     interval '10 minutes', 'actorId', 'user:ima', 'reason', 'as found') order by k) from generate_subscripts(stages, 1) k)
     as told (entries)`,
  `insert into incident_member (incident_id, principal_id, role, environments)
   select id, 'user:ima', 'INCIDENT_MANAGER', array['PRODUCTION'] from fresh
   union all select id, 'user:r' || number % 50, 'RESPONDER', array['PRODUCTION'] from fresh
   union all select id, 'user:leo', 'LEGAL', '{}'::text[] from fresh where number % 10 = 0
   union all select id, 'user:few', 'RESPONDER', array['PRODUCTION'] from fresh where number % ${String(10_000 / few)} = 0 and number <= 10000`,
  'analyze incident, incident_member',
  `insert into incident_detection (detection_id, incident_id) select gen_random_uuid(), id from fresh`,
  `insert into known_incident_fact (incident_id, crspi, cin, round_the_clock, declared_at)
   select id, case when p > 0.98 then 'DECLARED' else 'NOT_CONSIDERED' end, 'NOT_STARTED', is_open and s < 0.2,
     case when p > 0.98 then at + interval '2 days' * s end
   from fresh where s < 0.3 or p > 0.98`,
  `insert into decision (id, aggregate_type, aggregate_id, kind, value, actor_id, role, at, reason, evidence_ids,
     policy_version)
   select gen_random_uuid(), 'incident', id, 'responsibility', '"PROVIDER"', 'user:ima', 'INCIDENT_MANAGER', at, 'as found',
     array[gen_random_uuid()], '2026-11' from fresh where p >= 0.4`,
  `insert into timeline_entry (id, incident_id, kind, text, refs, occurred_at, recorded_at, recorded_by)
   select gen_random_uuid(), id, (array['NOTE','OBSERVATION','DECISION','COMMUNICATION','ACTION'])[1 + k % 5],
     format('%s %s; seen on host-%s by %s, ticket T%s, address 10.%s.%s.%s.',
       (array['The team found that the','We asked why the','Engineering confirmed the','The customer says that the'])[1 + (number + k) % 4],
       ${what} || ' ' || ${how}, (number * 7 + k) % 50000, 'user' || (number * 13 + k) % 3000, number * 10 + k,
       number % 250, k, (number / 250) % 250),
     '{}', at + k * interval '7 minutes', at + k * interval '8 minutes', 'user:ima'
   from fresh cross join generate_series(1, 6 + (number % 4 = 0)::int) as k
   where number <= ${String(mostEntries * 0.16)}`,
  'analyze timeline_entry, known_incident_fact',
  `insert into incident_search (incident_id, document)
   select f.id, to_tsvector('simple', f.number || ' ' || lower(i.title) || ' ' || coalesce(t.text, ''))
   from fresh f join incident i on i.id = f.id
   left join (select incident_id, string_agg(lower(text), ' ') as text from timeline_entry
     where incident_id in (select id from fresh) group by incident_id) t on t.incident_id = f.id`,
  `insert into incident_listing select s.* from incident_listing_source s join fresh f on f.id = s.incident_id`,
  `drop table fresh`,
];
