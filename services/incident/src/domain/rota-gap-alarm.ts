import { occurred, RotaGapChanged, type Change, type StaffRole } from '@tocsin/contracts';
import { dayMs, minuteOf } from './local-time.ts';
import type { Rota } from './rota.ts';
import { gapsBetween, type Span } from './shifts.ts';

/** Nobody is, or will be, on call: to be filled before it begins. */
export interface RotaGapAlarm {
  readonly id: string;
  readonly version: number;
  readonly rotaId: string;
  readonly role: StaffRole;
  readonly from: Date;
  readonly to: Date;
  /** It begins within a day, and an incident is worked on round the clock. */
  readonly urgent: boolean;
  readonly openedAt: Date;
  /** When the gap was found filled, or over; null while the alarm is open. */
  readonly closedAt: Date | null;
}

export type RotaGapAlarmChange = Change<RotaGapAlarm, 'incident'>;

/** What is known when somebody looks for gaps. */
export interface Watch {
  readonly now: Date;
  /** How far ahead gaps are looked for, days. */
  readonly horizonDays: number;
  /** Whether an incident is worked on round the clock. */
  readonly roundTheClock: boolean;
  /** Whom the staff directory lists in the rota's role. */
  readonly eligible: ReadonlySet<string>;
  readonly newId: () => string;
}

/** The two whom no incident can do without. */
const neededRoundTheClock: readonly StaffRole[] = ['RESPONDER', 'INCIDENT_MANAGER'];

/**
 * Compares the gaps of the coming days with the open alarms of the rota: afterwards each gap has one alarm that covers
 * exactly it. An alarm whose gap grew or shrank goes on; one whose gap was filled or is over is closed.
 */
export function watchGaps(rota: Rota, open: readonly RotaGapAlarm[], watch: Watch): RotaGapAlarmChange[] {
  const gaps = gapsBetween(rota, watch.eligible, watched(watch));
  const untold = new Set(gaps);
  const told = open.flatMap((alarm) => {
    const gap = gaps.find((candidate) => untold.has(candidate) && touches(candidate, alarm));
    if (gap === undefined) return [closed(alarm, watch.now)];
    untold.delete(gap);
    return adjusted(alarm, gap, watch);
  });
  return [...told, ...[...untold].map((gap) => opened(rota, gap, watch))];
}

/**
 * From this minute to the end of the UTC day on which the horizon falls: so a gap that has no end in sight grows once a
 * day and not with every look.
 */
function watched({ now, horizonDays }: Watch): Span {
  const to = Math.ceil(now.getTime() / dayMs + horizonDays) * dayMs;
  return { from: minuteOf(now), to: new Date(to) };
}

const touches = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;

const opened = (rota: Rota, gap: Span, watch: Watch): RotaGapAlarmChange => {
  const { id: rotaId, role } = rota;
  const alarm = { id: watch.newId(), version: 1, rotaId, role, ...gap, openedAt: watch.now, closedAt: null };
  return announced({ ...alarm, urgent: isUrgent(role, gap, watch) }, watch.now);
};

function adjusted(alarm: RotaGapAlarm, gap: Span, watch: Watch): RotaGapAlarmChange[] {
  // A gap that has begun is seen from this minute on, but it began when it began.
  const hasBegun = gap.from <= watch.now && alarm.from < gap.from;
  const from = hasBegun ? alarm.from : gap.from;
  const urgent = isUrgent(alarm.role, gap, watch);
  const isAsBefore = +from === +alarm.from && +gap.to === +alarm.to && urgent === alarm.urgent;
  if (isAsBefore) return [];
  return [announced({ ...alarm, version: alarm.version + 1, from, to: gap.to, urgent }, watch.now)];
}

const isUrgent = (role: StaffRole, gap: Span, { now, roundTheClock }: Watch): boolean =>
  roundTheClock && neededRoundTheClock.includes(role) && gap.from.getTime() < now.getTime() + dayMs;

const closed = (alarm: RotaGapAlarm, now: Date): RotaGapAlarmChange =>
  announced({ ...alarm, version: alarm.version + 1, closedAt: now }, now);

function announced(alarm: RotaGapAlarm, now: Date): RotaGapAlarmChange {
  const { id: alarmId, rotaId, role, urgent } = alarm;
  const span = { from: alarm.from.toISOString(), to: alarm.to.toISOString() };
  const data = { alarmId, rotaId, role, ...span, urgent, open: alarm.closedAt === null, at: now.toISOString() };
  return { state: alarm, events: [occurred(RotaGapChanged, data)] };
}

/** A gap of tomorrow calls somebody; a later one only shows in the list of alarms. */
export const isPressing = ({ from }: Pick<RotaGapAlarm, 'from'>, now: Date): boolean =>
  from.getTime() - now.getTime() < dayMs;
