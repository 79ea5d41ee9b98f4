import { Temporal } from 'temporal-polyfill';
import { dayMs, instantOf, lastWeekday, localDate, weekdays } from './local-time.ts';
import type { Rota, RotaLayer } from './rota.ts';

/** From one instant to another, the end not included. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** Who is on call meanwhile; null if nobody. */
export interface Shift extends Span {
  readonly principalId: string | null;
}

/* The same in milliseconds, for reckoning. */
interface Reach {
  readonly from: number;
  readonly to: number;
}
interface Duty extends Reach {
  readonly principalId: string | null;
}

/**
 * Who is on call from one instant to the other, without a gap and without an overlap: whom the latest override that
 * covers it names, else the first layer that has somebody on duty, else nobody; nobody from its retirement on.
 *
 * @param eligible whom the staff directory lists in the rota's role now: whoever was taken off it covers nothing.
 */
export function shiftsBetween(rota: Rota, eligible: ReadonlySet<string>, span: Span): Shift[] {
  const reach: Reach = { from: span.from.getTime(), to: span.to.getTime() };
  const lists = [...retirementOf(rota), ...overridesOf(rota, eligible), ...layersOf(rota, eligible, reach)];
  const edges = lists.flat().flatMap(({ from, to }) => [from, to]);
  const within = [...new Set(edges)].filter((edge) => edge > reach.from && edge < reach.to).sort((a, b) => a - b);
  const holders = lists.map(walkThrough);
  const shifts: { from: number; principalId: string | null }[] = [];
  for (const from of [reach.from, ...within]) {
    const principalId = firstDuty(holders, from)?.principalId ?? null;
    if (shifts.at(-1)?.principalId !== principalId) shifts.push({ from, principalId });
  }
  return shifts.map(({ from, principalId }, index) => ({
    from: new Date(from),
    to: new Date(shifts[index + 1]?.from ?? reach.to),
    principalId,
  }));
}

/** When nobody is on call while the rota is in use. */
export function gapsBetween(rota: Rota, eligible: ReadonlySet<string>, { from, to: asked }: Span): Span[] {
  const to = rota.retiredAt !== null && rota.retiredAt < asked ? rota.retiredAt : asked;
  if (to <= from) return [];
  return shiftsBetween(rota, eligible, { from, to })
    .filter(({ principalId }) => principalId === null)
    .map((gap) => ({ from: gap.from, to: gap.to }));
}

/** Above all else: nobody, for ever. */
const retirementOf = ({ retiredAt }: Rota): Duty[][] =>
  retiredAt === null ? [] : [[{ from: retiredAt.getTime(), to: Infinity, principalId: null }]];

/** The latest first. Whoever may not be on call leaves a gap, for the layers were overridden. */
const overridesOf = ({ overrides }: Rota, eligible: ReadonlySet<string>): Duty[][] =>
  overrides.toReversed().map(({ principalId, from, to }) => {
    const holder = principalId !== null && eligible.has(principalId) ? principalId : null;
    return [{ from: from.getTime(), to: to.getTime(), principalId: holder }];
  });

/** In their order. Whoever may not be on call is passed over, so that the next layer has its turn. */
const layersOf = (rota: Rota, eligible: ReadonlySet<string>, reach: Reach): Duty[][] =>
  rota.layers.map((layer) => {
    const zone = layer.zone ?? rota.zone;
    const turns = turnsOf(layer, zone, reach).filter(
      ({ principalId }) => principalId !== null && eligible.has(principalId),
    );
    return layer.windows.length === 0 ? turns : within(turns, windowsOf(layer, zone, reach));
  });

/** The turns of the layer that touch the reach. */
function turnsOf(layer: RotaLayer, zone: string, reach: Reach): Duty[] {
  const { participants, handOverTime } = layer;
  const startsOn = Temporal.PlainDate.from(layer.startsOn);
  const starts = instantOf(zone, startsOn, handOverTime);
  const first = lastWeekday(startsOn, layer.handOverDay);
  const begin = (turn: number): number => instantOf(zone, first.add({ weeks: turn * layer.weeks }), handOverTime);
  const days = first.until(localDate(zone, reach.from), { largestUnit: 'days' }).days;
  // One turn early: on the day of the hand-over, the hour decides.
  const turns: Duty[] = [];
  for (let turn = Math.max(0, Math.floor(days / (7 * layer.weeks)) - 1); begin(turn) < reach.to; turn += 1) {
    const duty = { from: Math.max(begin(turn), starts), to: begin(turn + 1) };
    if (duty.to > reach.from) turns.push({ ...duty, principalId: participants[turn % participants.length] ?? null });
  }
  return turns;
}

/** The windows of the layer that touch the reach, in order. */
function windowsOf(layer: RotaLayer, zone: string, reach: Reach): Reach[] {
  const last = localDate(zone, reach.to);
  const windows: Reach[] = [];
  // One day early: a window may end on the day after.
  for (
    let day = localDate(zone, reach.from - dayMs);
    Temporal.PlainDate.compare(day, last) <= 0;
    day = day.add({ days: 1 })
  )
    for (const { days, from, to } of layer.windows) {
      if (!days.some((name) => weekdays.indexOf(name) + 1 === day.dayOfWeek)) continue;
      const lastDay = to > from ? day : day.add({ days: 1 });
      windows.push({ from: instantOf(zone, day, from), to: instantOf(zone, lastDay, to) });
    }
  return windows.sort((a, b) => a.from - b.from);
}

/** The parts of the duties that lie in the windows. */
const within = (duties: readonly Duty[], windows: readonly Reach[]): Duty[] =>
  windows.flatMap((window) =>
    duties
      .map((duty) => ({ ...duty, from: Math.max(duty.from, window.from), to: Math.min(duty.to, window.to) }))
      .filter(({ from, to }) => from < to),
  );

/** Answers with the duty at an instant; asked for ever later ones. */
function walkThrough(duties: readonly Duty[]): (at: number) => Duty | undefined {
  let next = 0;
  return (at) => {
    while ((duties[next]?.to ?? Infinity) <= at) next += 1;
    const duty = duties[next];
    return duty !== undefined && duty.from <= at ? duty : undefined;
  };
}

function firstDuty(holders: readonly ((at: number) => Duty | undefined)[], at: number): Duty | undefined {
  for (const holder of holders) {
    const duty = holder(at);
    if (duty !== undefined) return duty;
  }
  return undefined;
}
