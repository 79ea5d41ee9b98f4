import { Temporal } from 'temporal-polyfill';

/* Wall clocks. Instants are milliseconds since 1970; a local date and time mean an instant only in a zone. */

/** The days of the week, in the order of ISO 8601: MONDAY is 1. */
export const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type Weekday = (typeof weekdays)[number];

export const minuteMs = 60_000;
export const dayMs = 86_400_000;

/** The beginning of the minute: rotas change hands on whole minutes. */
export const minuteOf = (at: Date): Date => new Date(Math.floor(at.getTime() / minuteMs) * minuteMs);

/** The name as the IANA database spells it; null if it is none. An offset such as `+02:00` is no zone. */
export function zoneOf(name: string): string | null {
  if (!/^[a-z]/i.test(name)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return null;
  }
}

/** Whether it is `YYYY-MM-DD`, and on the calendar. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

/** Minutes since midnight of `HH:MM`; null if it is no time of a day. */
export function minutesOf(time: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}

/**
 * When a wall clock first shows, or leaps over, `HH:MM`: a time that is skipped in spring is the instant of the leap, and
 * one that is shown twice in autumn is the first. So later times of a day are never earlier instants.
 */
export function instantOf(zone: string, date: Temporal.PlainDate, time: string): number {
  const local = date.toPlainDateTime(time);
  const zoned = local.toZonedDateTime(zone, { disambiguation: 'compatible' });
  if (zoned.toPlainDateTime().equals(local)) return zoned.epochMilliseconds;
  const leap = zoned.add({ minutes: 1 }).getTimeZoneTransition('previous');
  return (leap ?? zoned).epochMilliseconds;
}

/** The date that a wall clock shows. */
export const localDate = (zone: string, at: number): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();

/** The last day of that name on or before the date. */
export const lastWeekday = (date: Temporal.PlainDate, weekday: Weekday): Temporal.PlainDate =>
  date.subtract({ days: (date.dayOfWeek + 6 - weekdays.indexOf(weekday)) % 7 });
