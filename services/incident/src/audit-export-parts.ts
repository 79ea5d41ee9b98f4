import type { Principal } from '@tocsin/access';
import { chainMember, headsMember, type ChainLink, type ChainRow, type Member } from '@tocsin/audit';
import {
  chainUpTo,
  headsUpTo,
  lastHeadBefore,
  type AuditHead,
  type Database,
  type Position,
  type Transaction,
} from '@tocsin/database';
import { auditRecord } from './audit-reads.ts';
import type { CustodyEntry } from './domain/custody.ts';
import type { Incident } from './domain/incident.ts';
import type { TimelineEntry } from './domain/timeline.ts';
import { custodyStore } from './store/custody-store.ts';
import { partsOf } from './store/incident-parts.ts';
import { timelineStore } from './store/timeline-store.ts';

/** What is read of the incident, in one snapshot: it is small. The chains are not, and are read as they are written. */
export interface ExportedRecord {
  readonly parts: readonly Member[];
  /** Which rows of the audit trail are the incident's, and are shown in full. */
  readonly subjects: ReadonlySet<string>;
  /** The last head from before the incident was opened. */
  readonly headsAfter: number;
}

/** The members about the incident itself. One line each: JSON, or one JSON a line. */
export async function readParts(tx: Transaction, incident: Incident): Promise<ExportedRecord> {
  const record = await auditRecord(tx, incident.id);
  const subjects = (await partsOf(tx, incident.id)).map(({ aggregate, id }) => `${aggregate}:${id}`);
  return {
    parts: [
      part('incident.json', [record.incident]),
      part('decisions.ndjson', record.decisions),
      part('post-mortem.json', record.postMortem === null ? [] : [record.postMortem]),
      part('timeline.ndjson', await wholeTimeline(tx, incident.id)),
      part('custody.ndjson', (await custodyStore(tx).list(incident.evidence.map(({ id }) => id))).map(ownEntry)),
    ],
    subjects: new Set(subjects),
    headsAfter: Math.max(0, (await lastHeadBefore(tx, incident.detectedAt)) - 1),
  };
}

/** Where it was recorded may be another incident. */
const ownEntry = ({ incidentId: _, ...entry }: CustodyEntry) => entry;

const part = (name: string, rows: readonly unknown[]): Member => ({
  name,
  lines: rows.map((row) => JSON.stringify(row)),
});

/** Everything in the archive, in its order. */
export const auditMembers = (
  db: Database,
  by: Principal,
  { parts, subjects, headsAfter }: ExportedRecord,
  head: AuditHead,
): readonly Member[] => [
  ...parts,
  { name: headsMember, lines: headsUpTo(db, by, { after: headsAfter, last: head.n }) },
  ...head.tips.map(({ chain, seq }) => ({
    name: chainMember(chain),
    lines: chainLines(db, by, { chain, last: seq, subjects }),
  })),
];

const pageSize = 1_000;

async function wholeTimeline(tx: Transaction, incidentId: string): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  for (let more = true, after: Position | null = null; more;) {
    const page: TimelineEntry[] = await timelineStore(tx).page([incidentId], {
      limit: pageSize,
      after,
      order: 'OLDEST',
    });
    entries.push(...page);
    const last = page.at(-1);
    more = page.length === pageSize;
    if (last !== undefined) after = { key: last.occurredAt.toISOString(), id: last.id };
  }
  return entries;
}

/** Rows about something else are shown as links: without them the chain could not be followed, and they are not his. */
async function* chainLines(
  db: Database,
  by: Principal,
  { chain, last, subjects }: { readonly chain: number; readonly last: number; readonly subjects: ReadonlySet<string> },
): AsyncGenerator<string> {
  for await (const { chain: _, ...row } of chainUpTo(db, by, { chain, last })) {
    const { seq, prev, hash } = row;
    const line: ChainRow | ChainLink = subjects.has(row.subject) ? row : { seq, prev, hash };
    yield JSON.stringify(line);
  }
}
