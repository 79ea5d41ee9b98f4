import { randomUUID } from 'node:crypto';
import { Disposition, Responsibility, SignalSource, Stage, type StaffRole } from '@tocsin/contracts';
import type { TestDatabase } from '@tocsin/testkit';

/** An incident as lists and counts know it. */
export interface Listed {
  readonly id: string;
  readonly number: number;
  readonly stage: Stage;
  readonly status: 'OPEN' | 'CLOSED';
  readonly source: SignalSource;
  readonly responsibility: Responsibility;
  readonly disposition: Disposition | null;
  readonly roundTheClock: boolean;
  readonly onCall: string | null;
  readonly detectedAt: Date;
  /** The first entry into ASSESS. */
  readonly acknowledgedAt: Date | null;
  readonly pageAcknowledgedAt: Date | null;
  readonly assessedAt: Date | null;
  readonly containedAt: Date | null;
  readonly declaredAt: Date | null;
  readonly closedAt: Date | null;
  readonly members: readonly { readonly principalId: string; readonly role: StaffRole; readonly until: Date | null }[];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const opening = Date.UTC(2026, 0, 1);
const past = new Date('2026-02-01T00:00:00Z');
const future = new Date('2099-01-01T00:00:00Z');

/** Incidents of every kind, with members who are present, gone, or there in two roles. */
export function anyIncidents(count: number, seed: number): Listed[] {
  const roll = dice(seed);
  const pick = <T>(options: readonly T[]): T => options[Math.floor(roll() * options.length)] as T;
  const maybe = <T>(value: T): T | null => (roll() < 0.5 ? value : null);
  return Array.from({ length: count }, (_, index) => {
    const detectedAt = new Date(opening + index * 3_600_000);
    const after = (): Date => new Date(detectedAt.getTime() + Math.floor(roll() * 1e7));
    const status = pick(['OPEN', 'CLOSED'] as const);
    const member = (principalId: string, role: StaffRole) => ({ principalId, role, until: pick([null, past, future]) });
    const members = [
      member('user:rea', 'RESPONDER'),
      member('user:rea', 'SERVICE_ENGINEER'),
      member('user:ima', 'INCIDENT_MANAGER'),
      member('user:leo', 'LEGAL'),
    ];
    return {
      id: randomUUID(),
      number: index + 1,
      stage: pick(Stage.options),
      status,
      source: pick(SignalSource.options),
      responsibility: pick(Responsibility.options),
      disposition: status === 'CLOSED' ? pick(Disposition.options) : null,
      roundTheClock: pick([true, false]),
      onCall: maybe('user:rea'),
      detectedAt,
      acknowledgedAt: maybe(after()),
      pageAcknowledgedAt: maybe(after()),
      assessedAt: maybe(after()),
      containedAt: maybe(after()),
      declaredAt: maybe(after()),
      closedAt: status === 'CLOSED' ? after() : null,
      members: members.filter(() => roll() < 0.6),
    };
  });
}

/** Writes them as their rows are, and lets the listing be made as every change makes it. */
export async function populate({ admin }: TestDatabase, incidents: readonly Listed[]): Promise<void> {
  const rows = JSON.stringify(incidents);
  await admin(
    `insert into incident (id, version, number, title, tlp, source, stage, status, cycle, responsibility,
       first_indication_at, detected_at, on_call_id, stage_entries, evidence, actions, disposition, closed_at,
       acknowledged_at, assessed_at, contained_at, related_incident_ids, merged_from)
     select id, 1, number, 'Incident ' || number, 'AMBER', source, stage, status, 1, responsibility, "detectedAt",
       "detectedAt", "onCall", '[]', '[]', '[]', disposition, "closedAt", "acknowledgedAt", "assessedAt", "containedAt", '{}', '{}'
     from jsonb_to_recordset($1::jsonb) as i (id uuid, number integer, source text, stage text, status text,
       responsibility text, "detectedAt" timestamptz, "onCall" text, disposition text, "closedAt" timestamptz,
       "acknowledgedAt" timestamptz, "assessedAt" timestamptz, "containedAt" timestamptz)`,
    [rows],
  );
  await admin(
    `insert into incident_member (incident_id, principal_id, role, until, environments)
     select i.id, m."principalId", m.role, m.until, '{}'
     from jsonb_to_recordset($1::jsonb) as i (id uuid, members jsonb)
     cross join jsonb_to_recordset(i.members) as m ("principalId" text, role text, until timestamptz)`,
    [rows],
  );
  await admin(
    `insert into known_incident_fact (incident_id, crspi, cin, round_the_clock, declared_at)
     select id, 'NOT_CONSIDERED', 'NOT_STARTED', "roundTheClock", "declaredAt"
     from jsonb_to_recordset($1::jsonb) as i (id uuid, "roundTheClock" boolean, "declaredAt" timestamptz)`,
    [rows],
  );
  await admin(
    `insert into page (id, version, number, kind, subject_id, incident_id, state, round, step, opened_at,
       acknowledged_at, acknowledged_by)
     select gen_random_uuid(), 1, nextval('page_number'), 'INCIDENT_OPENED', id, id,
       case when "pageAcknowledgedAt" is null then 'UNACKNOWLEDGED' else 'ACKNOWLEDGED' end, 1, 1, "detectedAt",
       "pageAcknowledgedAt", case when "pageAcknowledgedAt" is not null then 'user:rea' end
     from jsonb_to_recordset($1::jsonb) as i (id uuid, "detectedAt" timestamptz, "pageAcknowledgedAt" timestamptz)`,
    [rows],
  );
  await admin(`select setval('incident_number', max(number)) from incident`);
  await admin('select refresh_listing(id) from incident');
}
