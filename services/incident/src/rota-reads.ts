import { z } from 'zod';
import { can, mustBeAllowed } from '@tocsin/access';
import type { StaffRole } from '@tocsin/contracts';
import { decodeCursor, pageSize, toPage, type Page, type Position, type Transaction } from '@tocsin/database';
import { InvalidInput, TimeOrderInvalid } from '@tocsin/errors';
import { dayMs, minuteMs } from './domain/local-time.ts';
import type { RotaGapAlarm } from './domain/rota-gap-alarm.ts';
import type { OnRota, Rota } from './domain/rota.ts';
import { gapsBetween, shiftsBetween, type Shift, type Span } from './domain/shifts.ts';
import { rotaGapAlarmStore } from './store/rota-gap-alarm-store.ts';
import { rotaStore } from './store/rota-store.ts';
import { staffMemberStore } from './store/staff-member-store.ts';

const longestSpanDays = 366;
const AlarmPosition = z.object({ key: z.iso.datetime(), id: z.uuid() });
const RotaPosition = z.object({ key: z.string(), id: z.uuid() });

interface PageOf {
  readonly first: number;
  readonly after: string | null;
}

/** Who is on call in a role at an instant. */
export interface OnCall {
  readonly rota: Rota;
  readonly role: StaffRole;
  readonly at: Date;
  /** Null in a gap. */
  readonly principalId: string | null;
  /** When somebody else, or nobody, is on call; null if that is more than a year ahead. */
  readonly nextHandOverAt: Date | null;
}

export async function findRota(tx: Transaction, id: string): Promise<Rota | null> {
  return can(tx.by, 'read:rota') ? rotaStore(tx).find(id) : null;
}

/** A page of the rotas in use, or of those that were retired, in the order of roles. Errors: FORBIDDEN, INVALID_INPUT. */
export async function pageRotas(
  tx: Transaction,
  { first, after, retired }: PageOf & { readonly retired: boolean },
): Promise<Page<Rota>> {
  mustBeAllowed(tx.by, 'read:rota');
  const limit = pageSize({ first }) + 1;
  const rotas = await rotaStore(tx).page({ limit, after: positionOf(after, RotaPosition), retired });
  return toPage(rotas, first, ({ id, role }) => ({ key: role, id }));
}

/** Null if the role has no rota in use. Errors: FORBIDDEN. */
export async function findOnCall(tx: Transaction, role: StaffRole, at: Date = tx.now): Promise<OnCall | null> {
  mustBeAllowed(tx.by, 'read:rota');
  const rota = await rotaStore(tx).findByRole(role);
  if (rota === null) return null;
  const eligible = await staffMemberStore(tx).listIn(role);
  // Most turns end within days; only if this one does not is it worth to reckon a whole year.
  const near = shiftsBetween(rota, eligible, spanOf(at, 15 * dayMs));
  const [shift, next] = near.length > 1 ? near : shiftsBetween(rota, eligible, spanOf(at, longestSpanDays * dayMs));
  return { rota, role, at, principalId: shift?.principalId ?? null, nextHandOverAt: next?.from ?? null };
}

/** Whom the rotas of these roles name for this minute; of those who lead incidents, if nothing is said. */
export async function listOnRota(
  tx: Transaction,
  roles: readonly StaffRole[] = ['RESPONDER', 'INCIDENT_MANAGER'],
): Promise<readonly OnRota[]> {
  const found: OnRota[] = [];
  for (const role of roles) {
    const rota = await rotaStore(tx).findByRole(role);
    if (rota === null) continue;
    const eligible = await staffMemberStore(tx).listIn(role);
    const principalId = shiftsBetween(rota, eligible, spanOf(tx.now, minuteMs))[0]?.principalId ?? null;
    if (principalId !== null) found.push({ principalId, role });
  }
  return found;
}

/** Who is on call meanwhile, as it is planned now. Errors: FORBIDDEN, TIME_ORDER_INVALID, INVALID_INPUT. */
export const listShifts = (tx: Transaction, rota: Rota, span: Span): Promise<Shift[]> =>
  lookAhead(tx, rota, span, shiftsBetween);

/** When nobody is. Errors: as of `listShifts`. */
export const listGaps = (tx: Transaction, rota: Rota, span: Span): Promise<Span[]> =>
  lookAhead(tx, rota, span, gapsBetween);

/** A page of the alarms, the latest gap first. Errors: FORBIDDEN, INVALID_INPUT. */
export async function pageRotaGapAlarms(
  tx: Transaction,
  { first, after, open }: PageOf & { readonly open: boolean | null },
): Promise<Page<RotaGapAlarm>> {
  mustBeAllowed(tx.by, 'read:rota');
  const limit = pageSize({ first }) + 1;
  const alarms = await rotaGapAlarmStore(tx).page({ limit, after: positionOf(after, AlarmPosition), open });
  return toPage(alarms, first, ({ id, from }) => ({ key: from.toISOString(), id }));
}

async function lookAhead<T>(
  tx: Transaction,
  rota: Rota,
  span: Span,
  look: (rota: Rota, eligible: ReadonlySet<string>, span: Span) => T[],
): Promise<T[]> {
  mustBeAllowed(tx.by, 'read:rota');
  if (span.to <= span.from) throw TimeOrderInvalid({ field: 'to' });
  if (span.to.getTime() - span.from.getTime() > longestSpanDays * dayMs)
    throw InvalidInput({ field: 'to', reason: `at most ${String(longestSpanDays)} days after from` });
  return look(rota, await staffMemberStore(tx).listIn(rota.role), span);
}

/** @throws INVALID_INPUT */
function positionOf(after: string | null, shape: z.ZodType<Position>): Position | null {
  const position = shape.nullable().safeParse(decodeCursor(after));
  if (!position.success) throw InvalidInput({ field: 'after', reason: 'is not a cursor of this list' });
  return position.data;
}

const spanOf = (from: Date, lastsMs: number): Span => ({ from, to: new Date(from.getTime() + lastsMs) });
