import fc from 'fast-check';
import { weekdays } from '../domain/local-time.ts';
import { blankRota, saveRota, type DutyWindow, type Rota, type RotaLayer, type RotaPlan } from '../domain/rota.ts';

/* Random plans, and what managers do with them during a year; for the properties. */

export const people = ['user:ada', 'user:bob', 'user:cyd'] as const;
export const everybody: ReadonlySet<string> = new Set(people);

/** Summer time of one hour north and of half an hour south of the equator, none, and half hours. */
export const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'] as const;

export const yearBegins = Date.UTC(2026, 0, 1);
export const minutesOfYear = 365 * 1_440;

const two = (n: number): string => String(n).padStart(2, '0');
/** Often in the small hours, when clocks change. */
const time = fc
  .tuple(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 23 })), fc.constantFrom(0, 15, 30, 59))
  .map(([hours, minutes]) => `${two(hours)}:${two(minutes)}`);
const date = fc
  .integer({ min: -40, max: 60 })
  .map((days) => new Date(yearBegins + days * 86_400_000).toISOString().slice(0, 10));

const dutyWindow: fc.Arbitrary<DutyWindow> = fc.record({
  days: fc.subarray([...weekdays], { minLength: 1 }),
  from: time,
  to: time,
});

const layer: fc.Arbitrary<RotaLayer> = fc.record({
  participants: fc.array(fc.constantFrom(...people), { minLength: 1, maxLength: 4 }),
  startsOn: date,
  handOverDay: fc.constantFrom(...weekdays),
  handOverTime: time,
  weeks: fc.integer({ min: 1, max: 3 }),
  zone: fc.option(fc.constantFrom(...zones)),
  windows: fc.array(dutyWindow, { maxLength: 2 }),
});

const isAccepted = (given: RotaPlan): boolean => {
  try {
    saveRota(blankRota('', 'RESPONDER'), given, everybody);
    return true;
  } catch {
    return false;
  }
};

export const plan: fc.Arbitrary<RotaPlan> = fc
  .record({
    name: fc.constant('first line'),
    zone: fc.constantFrom(...zones),
    layers: fc.array(layer, { minLength: 1, maxLength: 3 }),
  })
  .filter(isAccepted);

/** What happens in a minute of the year: somebody saves another plan, overrides it, or the loop just looks. */
export type Happening =
  | { readonly kind: 'save'; readonly plan: RotaPlan }
  | {
      readonly kind: 'override';
      readonly principalId: string | null;
      /** In minutes from now. */
      readonly after: number;
      readonly lasts: number;
    }
  | { readonly kind: 'look' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('save' as const), plan }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('override' as const),
      principalId: fc.option(fc.constantFrom(...people)),
      after: fc.integer({ min: 0, max: 20 * 1_440 }),
      lasts: fc.integer({ min: 1, max: 31 * 1_440 }),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'look' as const }) },
);

export interface Year {
  readonly plan: RotaPlan;
  /** Each after so many minutes; the loop is never away for longer than its horizon. */
  readonly happenings: readonly { readonly afterMinutes: number; readonly happening: Happening }[];
}

export const year: fc.Arbitrary<Year> = fc.record({
  plan,
  happenings: fc.array(fc.record({ afterMinutes: fc.integer({ min: 1, max: 14 * 1_440 }), happening }), {
    minLength: 15,
    maxLength: 40,
  }),
});

export const aPlannedRota = (given: RotaPlan): Rota =>
  saveRota(blankRota('00000000-0000-4000-8000-00000000b07a', 'RESPONDER'), given, everybody).state;

/**
 * The minutes since 1970 that a wall clock shows in each minute of the year. Where a clock is set back it is taken to
 * stand still instead: what happened at the first of two equal times does not happen again.
 */
export function wallClock(zone: string): Float64Array {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const minutes = new Float64Array(minutesOfYear);
  let offset = 0;
  let latest = 0;
  for (let minute = 0; minute < minutesOfYear; minute += 1) {
    const at = yearBegins + minute * 60_000;
    if (minute % 30 === 0) offset = offsetIn(format.formatToParts(at));
    latest = Math.max(latest, at / 60_000 + offset);
    minutes[minute] = latest;
  }
  return minutes;
}

/** Minutes, from `GMT+05:30`. */
function offsetIn(parts: readonly Intl.DateTimeFormatPart[]): number {
  const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
