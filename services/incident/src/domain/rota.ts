import type { Change, StaffRole } from '@tocsin/contracts';
import { InvalidInput, NotFound, ReasonRequired, TimeOrderInvalid } from '@tocsin/errors';
import { PrincipalNotEligible, RotaRetired } from './errors.ts';
import { dayMs, minuteOf, type Weekday } from './local-time.ts';
import { checkedPlan } from './rota-plan.ts';
import { textOf } from './text.ts';

/** On these days, from one local time to another; if that is not later, it is the next day's. */
export interface DutyWindow {
  readonly days: readonly Weekday[];
  /** HH:MM */
  readonly from: string;
  /** HH:MM */
  readonly to: string;
}

/** People who take turns of whole weeks. */
export interface RotaLayer {
  /** In order; somebody may come more than once. */
  readonly participants: readonly string[];
  /** YYYY-MM-DD: the first turn begins on this day at `handOverTime`, and ends at the next hand-over that is due. */
  readonly startsOn: string;
  readonly handOverDay: Weekday;
  /** HH:MM */
  readonly handOverTime: string;
  /** The length of a turn. */
  readonly weeks: number;
  /** IANA name of the layer's own zone, for a team that follows the sun; null for the rota's. */
  readonly zone: string | null;
  /** When the layer is on duty; empty if always. */
  readonly windows: readonly DutyWindow[];
}

/** Somebody, or nobody, instead of whom the layers name. */
export interface RotaOverride {
  readonly id: string;
  readonly principalId: string | null;
  readonly from: Date;
  readonly to: Date;
  readonly recordedBy: string;
  readonly recordedAt: Date;
}

/** What a manager plans. */
export interface RotaPlan {
  readonly name: string;
  /** IANA name. */
  readonly zone: string;
  /** The first that has somebody on duty wins. */
  readonly layers: readonly RotaLayer[];
}

/** Who is on call in one role; there is one rota in use for a role. */
export interface Rota extends RotaPlan {
  readonly id: string;
  readonly version: number;
  readonly role: StaffRole;
  /** In the order in which they were recorded: where two overlap, the later one holds. */
  readonly overrides: readonly RotaOverride[];
  /** From this minute on it names nobody and is not watched for gaps; null while it is in use. */
  readonly retiredAt: Date | null;
  readonly retiredBy: string | null;
  readonly retireReason: string | null;
}

/** Somebody on call, and in which role. */
export interface OnRota {
  readonly principalId: string;
  readonly role: StaffRole;
}

export type RotaChange = Change<Rota, 'incident'>;

/** The rota of a role that has none yet; version 0, so that the first to save makes version 1. */
export const blankRota = (id: string, role: StaffRole): Rota => ({
  id,
  version: 0,
  role,
  name: '',
  zone: 'UTC',
  layers: [],
  overrides: [],
  retiredAt: null,
  retiredBy: null,
  retireReason: null,
});

/**
 * Replaces the plan; overrides stay.
 *
 * @param eligible whom the staff directory lists in the rota's role.
 * Errors: INVALID_INPUT, PRINCIPAL_NOT_ELIGIBLE.
 */
export function saveRota(rota: Rota, plan: RotaPlan, eligible: ReadonlySet<string>): RotaChange {
  const checked = checkedPlan(plan);
  mustBeEligible(
    checked.layers.flatMap(({ participants }) => participants),
    eligible,
  );
  return changed(rota, checked);
}

export type OverrideOrder = Pick<RotaOverride, 'principalId' | 'from' | 'to'>;

/** Longer than this it is no exception: plan it. */
const longestOverrideDays = 31;
/** Shifts are asked for at most a year back. */
const keptDays = 400;

/**
 * Somebody, or nobody, is on call instead. The past stays as it was: an override that is said to have begun begins in
 * this minute.
 *
 * Errors: ROTA_RETIRED, TIME_ORDER_INVALID, INVALID_INPUT, PRINCIPAL_NOT_ELIGIBLE.
 */
export function overrideOnCall(
  rota: Rota,
  { principalId, from: asked, to }: OverrideOrder,
  eligible: ReadonlySet<string>,
  act: { readonly overrideId: string; readonly actorId: string; readonly now: Date },
): RotaChange {
  mustBeInUse(rota);
  mustBeWholeMinutes({ from: asked, to });
  const thisMinute = minuteOf(act.now);
  const from = asked < thisMinute ? thisMinute : asked;
  if (to <= from) throw TimeOrderInvalid({ field: 'to' });
  if (to.getTime() - asked.getTime() > longestOverrideDays * dayMs)
    throw InvalidInput({ field: 'to', reason: `an override lasts at most ${String(longestOverrideDays)} days` });
  if (principalId !== null) mustBeEligible([principalId], eligible);
  const kept = rota.overrides.filter((old) => act.now.getTime() - old.to.getTime() < keptDays * dayMs);
  const added = { id: act.overrideId, principalId, from, to, recordedBy: act.actorId, recordedAt: act.now };
  return changed(rota, { overrides: [...kept, added] });
}

/** Takes an override back; what it did so far stays. Errors: ROTA_RETIRED, NOT_FOUND, INVALID_INPUT. */
export function removeOverride(rota: Rota, overrideId: string, now: Date): RotaChange {
  mustBeInUse(rota);
  const override = rota.overrides.find(({ id }) => id === overrideId);
  if (override === undefined) throw NotFound();
  const thisMinute = minuteOf(now);
  if (override.to <= thisMinute) throw InvalidInput({ field: 'overrideId', reason: 'this override has ended' });
  const overrides =
    override.from < thisMinute
      ? rota.overrides.map((old) => (old === override ? { ...old, to: thisMinute } : old))
      : rota.overrides.filter((old) => old !== override);
  return changed(rota, { overrides });
}

/**
 * Takes the rota out of use from this minute on: it names nobody any more, and has no gaps. What it planned so far can
 * still be asked for.
 *
 * Errors: ROTA_RETIRED, REASON_REQUIRED.
 */
export function retireRota(
  rota: Rota,
  { reason }: { readonly reason: string },
  { actorId, now }: { readonly actorId: string; readonly now: Date },
): RotaChange {
  mustBeInUse(rota);
  if (reason.trim() === '') throw ReasonRequired();
  return changed(rota, { retiredAt: minuteOf(now), retiredBy: actorId, retireReason: textOf('reason', reason, 2_000) });
}

/** @throws ROTA_RETIRED */
function mustBeInUse({ id: rotaId, retiredAt }: Rota): void {
  if (retiredAt !== null) throw RotaRetired({ rotaId });
}

/** Saving announces nothing: what matters to others is a gap, and the incidents that open. */
const changed = (rota: Rota, patch: Partial<Rota>): RotaChange => ({
  state: { ...rota, ...patch, version: rota.version + 1 },
  events: [],
});

function mustBeEligible(principalIds: readonly string[], eligible: ReadonlySet<string>): void {
  const strangers = [...new Set(principalIds)].filter((id) => !eligible.has(id));
  if (strangers.length > 0) throw PrincipalNotEligible({ principalIds: strangers });
}

function mustBeWholeMinutes(times: Readonly<Record<string, Date>>): void {
  for (const [field, at] of Object.entries(times))
    if (minuteOf(at) < at) throw InvalidInput({ field, reason: 'must be a whole minute' });
}
