import { occurred, TimelineEntryAdded, type Change } from '@tocsin/contracts';
import { InvalidInput, ReasonRequired, TimeOrderInvalid } from '@tocsin/errors';
import type { Act } from './act.ts';
import { TimelineEntryAutomatic, TimelineEntryCorrected } from './errors.ts';
import { about, type Incident } from './incident.ts';
import { textOf } from './text.ts';

/** What people write. */
export const writtenKinds = ['NOTE', 'OBSERVATION', 'DECISION', 'COMMUNICATION', 'ACTION'] as const;
export type WrittenKind = (typeof writtenKinds)[number];

/** What commands leave behind; see `entryFor`. */
export type AutomaticKind =
  | 'OPENED'
  | 'STAGE'
  | 'MEMBERSHIP'
  | 'RESPONSIBILITY'
  | 'EVIDENCE'
  | 'TRANSFER'
  | 'ACTION_CHANGED'
  | 'CONTAINMENT'
  | 'TLP'
  | 'CLOSED'
  | 'REOPENED'
  | 'RELATION';

/** One entry of an incident's timeline; never changed once it is recorded. */
export interface TimelineEntry {
  readonly id: string;
  readonly incidentId: string;
  readonly kind: WrittenKind | AutomaticKind;
  readonly text: string;
  /** Ids of what it is about: evidence, actions, detections, principals, tickets elsewhere. */
  readonly refs: readonly string[];
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  readonly recordedBy: string;
  /** The entry that this one replaces, and why. */
  readonly corrects: string | null;
  readonly reason: string | null;
}

/** As an aggregate: it has one version for ever. */
export type RecordedEntry = TimelineEntry & { readonly version: 1 };

/** An entry, and the latest that corrects it, directly or through others. */
export interface EntryWithLatest {
  readonly entry: TimelineEntry;
  readonly latestId: string;
}

export interface EntryOrder {
  readonly kind: WrittenKind;
  readonly text: string;
  readonly refs: readonly string[];
  readonly occurredAt: Date;
}

export interface CorrectionOrder extends EntryOrder {
  readonly reason: string;
}

/** Writes an entry, at any time, also after closing. Errors: INVALID_INPUT, TIME_ORDER_INVALID. */
export const addEntry = (incident: Incident, order: EntryOrder, act: Act): Change<RecordedEntry, 'incident'> =>
  recorded(incident, order, act, { corrects: null, reason: null });

/**
 * Writes an entry that replaces another, whole. Both stay.
 *
 * Errors: TIMELINE_ENTRY_AUTOMATIC, TIMELINE_ENTRY_CORRECTED, REASON_REQUIRED, INVALID_INPUT, TIME_ORDER_INVALID.
 */
export function correctEntry(
  incident: Incident,
  { entry, latestId }: EntryWithLatest,
  order: CorrectionOrder,
  act: Act,
): Change<RecordedEntry, 'incident'> {
  if (!isWritten(entry.kind)) throw TimelineEntryAutomatic({ entryId: entry.id });
  if (latestId !== entry.id) throw TimelineEntryCorrected({ entryId: entry.id, latestId });
  if (order.reason.trim() === '') throw ReasonRequired();
  return recorded(incident, order, act, { corrects: entry.id, reason: textOf('reason', order.reason, 2_000) });
}

export const isWritten = (kind: TimelineEntry['kind']): kind is WrittenKind =>
  (writtenKinds as readonly string[]).includes(kind);

function recorded(
  incident: Incident,
  { kind, text, refs, occurredAt }: EntryOrder,
  { actorId: recordedBy, now, newId }: Act,
  correction: Pick<TimelineEntry, 'corrects' | 'reason'>,
): Change<RecordedEntry, 'incident'> {
  if (occurredAt > now) throw TimeOrderInvalid({ field: 'occurredAt' });
  if (refs.length > 20) throw InvalidInput({ field: 'refs', reason: 'at most 20' });
  const state: RecordedEntry = {
    id: newId(),
    version: 1,
    incidentId: incident.id,
    kind,
    text: textOf('text', text, 10_000),
    refs: refs.map((ref) => textOf('refs', ref, 200)),
    occurredAt,
    recordedAt: now,
    recordedBy,
    ...correction,
  };
  const { corrects } = correction;
  const data = { ...about(incident, now), entryId: state.id, kind, ...(corrects !== null && { corrects }) };
  return { state, events: [occurred(TimelineEntryAdded, data)] };
}
