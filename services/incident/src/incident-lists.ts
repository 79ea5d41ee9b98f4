import { isProviderPartner, mayAtAll, staffRoles } from '@tocsin/access';
import { Disposition, Responsibility, SignalSource, Stage } from '@tocsin/contracts';
import { decodeCursor, pageSize, toPage, type Page, type Position, type Transaction } from '@tocsin/database';
import { Forbidden, InvalidInput } from '@tocsin/errors';
import type { Incident } from './domain/incident.ts';
import { wholeListing, type IncidentFilter, type Reader } from './store/incident-filter.ts';
import { countFacets, countOpen, measureListing, type FacetRow } from './store/incident-counts.ts';
import { usualLimits } from './store/newest-incidents.ts';
import { pageListing, type ListingPage, type Place } from './store/incident-pages.ts';
import { incidentStore } from './store/incident-store.ts';

export interface IncidentsOrder {
  readonly first: number;
  readonly after: string | null;
  readonly filter: IncidentFilter;
  readonly order: ListingPage['order'];
}

/** A page of the incidents the principal is a member of; of all of them for the provider's own integration. */
export async function pageIncidents(
  tx: Transaction,
  { first, after, filter, order }: IncidentsOrder,
): Promise<Page<Incident>> {
  const place = { limit: pageSize({ first }) + 1, after: placeOf(decodeCursor(after)), order };
  const ids = await pageListing(tx, readerOf(tx), checked(filter), place);
  const incidents = await incidentStore(tx).list(ids);
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  const sorted = ids.flatMap((id) => byId.get(id) ?? []);
  return toPage(sorted, first, ({ detectedAt, number }) => ({ key: detectedAt.toISOString(), id: String(number) }));
}

/** One value, and how many incidents have it. */
export interface Count<T> {
  readonly value: T;
  readonly count: number;
}

/**
 * How many of the principal's incidents have which values; values that none has are left out. With words that very many
 * have, only the newest are looked through: those opened at `countedFrom` or later.
 */
export async function countIncidents(tx: Transaction, filter: IncidentFilter, limits = usualLimits) {
  const asked = { tx, reader: readerOf(tx), filter: checked(filter), limits };
  const { countedFrom, rows } = await countFacets(asked);
  const counts = <T>(values: readonly T[], of: (row: FacetRow) => T | null): Count<T>[] =>
    values
      .map((value) => ({ value, count: sum(rows.filter((row) => of(row) === value)) }))
      .filter(({ count }) => count > 0);
  return {
    countedFrom,
    stages: counts(Stage.options, ({ stage }) => stage),
    statuses: counts(['OPEN', 'CLOSED'] as const, ({ status }) => status),
    sources: counts(SignalSource.options, ({ source }) => source),
    responsibilities: counts(Responsibility.options, ({ responsibility }) => responsibility),
    dispositions: counts(Disposition.options, ({ disposition }) => disposition),
  };
}

/** The principal's open incidents at a glance. */
export async function overviewIncidents(tx: Transaction) {
  const rows = await countOpen(tx, readerOf(tx));
  const [oldest] = rows.toSorted((a, b) => a.oldestNumber - b.oldestNumber);
  return {
    openByStage: Stage.options.flatMap((stage) =>
      rows.filter((row) => row.stage === stage).map(({ count }) => ({ value: stage, count })),
    ),
    oldestOpenId: oldest?.oldestId ?? null,
    roundTheClock: rows.reduce((total, row) => total + row.roundTheClock, 0),
  };
}

/**
 * How long the principal's incidents took; null where none came so far, which is not zero. Of very many only the newest
 * are measured: those opened at `countedFrom` or later.
 */
export async function measureIncidents(tx: Transaction, filter: IncidentFilter, limits = usualLimits) {
  const row = await measureListing({ tx, reader: readerOf(tx), filter: checked(filter), limits });
  return {
    count: row.count,
    countedFrom: row.countedFrom,
    timeToAcknowledge: row.toAcknowledge,
    timeToAssess: row.toAssess,
    timeToContain: row.toContain,
    timeToDeclare: row.toDeclare,
    timeToClose: row.toClose,
  };
}

/** Whose incidents the principal asks for. @throws FORBIDDEN */
function readerOf({ by }: Transaction): Reader {
  if (!mayAtAll(by, 'read:incident')) throw Forbidden({ operation: 'read:incident' });
  if (isProviderPartner(by)) return wholeListing;
  return { principalId: by.id, roles: staffRoles.filter((role) => by.roles.includes(role)) };
}

const sum = (rows: readonly FacetRow[]): number => rows.reduce((total, { count }) => total + count, 0);

/** The filter; a blank search is none. @throws INVALID_INPUT */
function checked(filter: IncidentFilter): IncidentFilter {
  const search = filter.search?.trim() ?? '';
  if (search.length > 200) throw InvalidInput({ field: 'search', reason: 'at most 200 characters' });
  return { ...filter, search: search === '' ? null : search };
}

/** @throws INVALID_INPUT */
function placeOf(cursor: Position | null): Place | null {
  if (cursor === null) return null;
  const [detectedAt, number] = [new Date(cursor.key), Number(cursor.id)];
  const isOurs = !Number.isNaN(detectedAt.getTime()) && Number.isInteger(number) && Math.abs(number) <= 2_147_483_647;
  if (!isOurs) throw InvalidInput({ field: 'after', reason: 'is not a cursor of this list' });
  return { detectedAt, number };
}
