import { isProviderPartner, mayAtAll, staffRoles, type Principal } from '@tocsin/access';
import { Disposition, Responsibility, SignalSource, Stage } from '@tocsin/contracts';
import { decodeCursor, pageSize, toPage, type Page, type Transaction } from '@tocsin/database';
import { Forbidden, InvalidInput } from '@tocsin/errors';
import type { Incident } from './domain/incident.ts';
import {
  incidentListingStore,
  wholeListing,
  type FacetRow,
  type IncidentFilter,
  type ListingPage,
  type Reader,
} from './store/incident-listing-store.ts';
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
  const place = { limit: pageSize({ first }) + 1, after: numberOf(decodeCursor(after)), order };
  const ids = await listingOf(tx).page(checked(filter), place);
  const incidents = await incidentStore(tx).list(ids);
  const sorted = incidents.sort((a, b) => (order === 'NEWEST' ? b.number - a.number : a.number - b.number));
  return toPage(sorted, first, ({ id, number }) => ({ key: String(number), id }));
}

/** One value, and how many incidents have it. */
export interface Count<T> {
  readonly value: T;
  readonly count: number;
}

/** How many of the principal's incidents have which values; values that none has are left out. */
export async function countIncidents(tx: Transaction, filter: IncidentFilter) {
  const rows = await listingOf(tx).facets(checked(filter));
  const counts = <T>(values: readonly T[], of: (row: FacetRow) => T | null): Count<T>[] =>
    values
      .map((value) => ({ value, count: sum(rows.filter((row) => of(row) === value)) }))
      .filter(({ count }) => count > 0);
  return {
    stages: counts(Stage.options, ({ stage }) => stage),
    statuses: counts(['OPEN', 'CLOSED'] as const, ({ status }) => status),
    sources: counts(SignalSource.options, ({ source }) => source),
    responsibilities: counts(Responsibility.options, ({ responsibility }) => responsibility),
    dispositions: counts(Disposition.options, ({ disposition }) => disposition),
  };
}

/** The principal's open incidents at a glance. */
export async function overviewIncidents(tx: Transaction) {
  const rows = await listingOf(tx).open();
  const [oldest] = rows.toSorted((a, b) => a.oldestNumber - b.oldestNumber);
  return {
    openByStage: Stage.options.flatMap((stage) =>
      rows.filter((row) => row.stage === stage).map(({ count }) => ({ value: stage, count })),
    ),
    oldestOpenId: oldest?.oldestId ?? null,
    roundTheClock: rows.reduce((total, row) => total + row.roundTheClock, 0),
  };
}

/** How long the principal's incidents took; null where none came so far, which is not zero. */
export async function measureIncidents(tx: Transaction, filter: IncidentFilter) {
  const rows = await listingOf(tx).metrics(checked(filter));
  const timeOf = (name: string) => {
    const row = rows.find((known) => known.name === name);
    return { count: row?.count ?? 0, medianSeconds: row?.seconds?.[0] ?? null, p90Seconds: row?.seconds?.[1] ?? null };
  };
  return {
    count: timeOf('all').count,
    timeToAcknowledge: timeOf('timeToAcknowledge'),
    timeToAssess: timeOf('timeToAssess'),
    timeToContain: timeOf('timeToContain'),
    timeToDeclare: timeOf('timeToDeclare'),
    timeToClose: timeOf('timeToClose'),
  };
}

/** @throws FORBIDDEN */
function listingOf(tx: Transaction) {
  if (!mayAtAll(tx.by, 'read:incident')) throw Forbidden({ operation: 'read:incident' });
  return incidentListingStore(tx, readerOf(tx.by));
}

const readerOf = (by: Principal): Reader =>
  isProviderPartner(by)
    ? wholeListing
    : { principalId: by.id, roles: staffRoles.filter((role) => by.roles.includes(role)) };

const sum = (rows: readonly FacetRow[]): number => rows.reduce((total, { count }) => total + count, 0);

/** The filter; a blank search is none. @throws INVALID_INPUT */
function checked(filter: IncidentFilter): IncidentFilter {
  const search = filter.search?.trim() ?? '';
  if (search.length > 200) throw InvalidInput({ field: 'search', reason: 'at most 200 characters' });
  return { ...filter, search: search === '' ? null : search };
}

/** @throws INVALID_INPUT */
function numberOf(cursor: { readonly key: string } | null): number | null {
  if (cursor === null) return null;
  const number = Number(cursor.key);
  if (!Number.isInteger(number) || Math.abs(number) > 2_147_483_647)
    throw InvalidInput({ field: 'after', reason: 'is not a cursor of this list' });
  return number;
}
