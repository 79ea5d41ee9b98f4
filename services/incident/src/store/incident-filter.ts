import type { Disposition, Responsibility, SignalSource, Stage } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import type { Incident } from '../domain/incident.ts';
import { all, piece, type Fragment } from './fragment.ts';

/* Which rows of `incident_listing l` a question is about. */

/** What a list is narrowed to. Several values of one field are alternatives; none narrow nothing. */
export interface IncidentFilter {
  readonly search?: string | null | undefined;
  readonly stages?: readonly Stage[] | null | undefined;
  readonly statuses?: readonly Incident['status'][] | null | undefined;
  readonly sources?: readonly SignalSource[] | null | undefined;
  readonly responsibilities?: readonly Responsibility[] | null | undefined;
  readonly dispositions?: readonly Disposition[] | null | undefined;
  /** Opened at this instant or later. */
  readonly openedFrom?: Date | null | undefined;
  /** Opened before this instant. */
  readonly openedTo?: Date | null | undefined;
  readonly onCall?: string | null | undefined;
  readonly roundTheClock?: boolean | null | undefined;
}

/** Whose incidents: a present member in one of the roles. */
export interface Reader {
  readonly principalId: string;
  readonly roles: readonly string[];
}

/** The provider's own integration, which sees all; its rows come from the migration's view. */
export const wholeListing: Reader = { principalId: '', roles: ['PARTNER'] };

/** The rows that the reader may see at this time and that fit the filter, but for its search. */
export const matching = (tx: Transaction, reader: Reader, filter: IncidentFilter): Fragment =>
  all([...visible(tx, reader), ...narrowed(filter)]);

/** Somebody with two roles in an incident has two rows of it, which count once. */
export const once = ({ roles }: Reader): Fragment => (roles.length > 1 ? piece`distinct` : piece`all`);

function visible({ now }: Transaction, { principalId, roles }: Reader): Fragment[] {
  return [
    piece`l.principal_id = ${principalId}`,
    ...oneOf(piece`l.role`, roles),
    piece`(l.until is null or l.until > ${now}::timestamptz)`,
  ];
}

function narrowed(filter: IncidentFilter): Fragment[] {
  const { openedFrom, openedTo, onCall, roundTheClock } = filter;
  const given = <T>(value: T | null | undefined, condition: (value: T) => Fragment): Fragment[] =>
    value === null || value === undefined ? [] : [condition(value)];
  return [
    ...oneOf(piece`l.stage`, filter.stages),
    ...oneOf(piece`l.status`, filter.statuses),
    ...oneOf(piece`l.source`, filter.sources),
    ...oneOf(piece`l.responsibility`, filter.responsibilities),
    ...oneOf(piece`l.disposition`, filter.dispositions),
    ...given(openedFrom, (from) => piece`l.detected_at >= ${from}::timestamptz`),
    ...given(openedTo, (to) => piece`l.detected_at < ${to}::timestamptz`),
    ...given(onCall, (principalId) => piece`l.on_call_id = ${principalId}`),
    ...given(roundTheClock, (is) => piece`l.round_the_clock = ${is}`),
  ];
}

/** A single value by `=`: only then the index keeps the order of what follows. */
function oneOf(column: Fragment, values: readonly string[] | null | undefined): Fragment[] {
  if (values === null || values === undefined || values.length === 0) return [];
  return [values.length === 1 ? piece`${column} = ${values[0]}` : piece`${column} = any(${values}::text[])`];
}
