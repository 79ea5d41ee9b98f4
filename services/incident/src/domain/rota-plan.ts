import { InvalidInput } from '@tocsin/errors';
import { isDate, minutesOf, weekdays, zoneOf } from './local-time.ts';
import type { DutyWindow, RotaLayer, RotaPlan } from './rota.ts';

const most = { name: 200, layers: 10, participants: 50, windows: 21, weeks: 52 };
const minutesOfDay = 1_440;
const minutesOfWeek = 7 * minutesOfDay;

/** The plan as it is kept: zones spelt as in the IANA database. Errors: INVALID_INPUT naming the field. */
export function checkedPlan(plan: RotaPlan): RotaPlan {
  const name = plan.name.trim();
  mustCount('name', name.length, most.name, 'characters');
  mustCount('layers', plan.layers.length, most.layers, 'layers');
  return { name, zone: known('zone', zoneOf(plan.zone)), layers: plan.layers.map(checkedLayer) };
}

function checkedLayer(layer: RotaLayer, index: number): RotaLayer {
  const at = `layers[${String(index)}]`;
  mustCount(`${at}.participants`, layer.participants.length, most.participants, 'people');
  mustCount(`${at}.weeks`, layer.weeks, most.weeks, 'whole weeks');
  known(`${at}.startsOn`, isDate(layer.startsOn) || null);
  known(`${at}.handOverTime`, minutesOf(layer.handOverTime));
  mustNotOverlap(`${at}.windows`, layer.windows);
  const zone = layer.zone === null ? null : known(`${at}.zone`, zoneOf(layer.zone));
  return { ...layer, zone };
}

/** Two windows at once are a slip of the pen, and the reader could not tell which was meant. */
function mustNotOverlap(field: string, windows: readonly DutyWindow[]): void {
  if (windows.length > most.windows) throw InvalidInput({ field, reason: `at most ${String(most.windows)}` });
  const spans = windows.flatMap((window) => spansOf(field, window)).sort((a, b) => a.from - b.from);
  const [first] = spans;
  if (first === undefined) return;
  // The week is a ring: the last window may run into the first.
  const ring = [...spans, { from: first.from + minutesOfWeek, to: first.to + minutesOfWeek }];
  if (ring.some(({ from }, index) => index > 0 && from < (ring[index - 1]?.to ?? 0)))
    throw InvalidInput({ field, reason: 'two windows overlap' });
}

/** The window's spans in minutes of the week. */
function spansOf(field: string, { days, from: begin, to: end }: DutyWindow) {
  if (days.length === 0) throw InvalidInput({ field, reason: 'a window needs a day' });
  const from = known(`${field}.from`, minutesOf(begin));
  const to = known(`${field}.to`, minutesOf(end));
  const lasts = to > from ? to - from : to - from + minutesOfDay;
  return days.map((day) => {
    const start = weekdays.indexOf(day) * minutesOfDay + from;
    return { from: start, to: start + lasts };
  });
}

function mustCount(field: string, count: number, largest: number, of: string): void {
  if (!Number.isInteger(count) || count < 1 || count > largest)
    throw InvalidInput({ field, reason: `1 to ${String(largest)} ${of}` });
}

/** What was read of the field; null if it could not be. */
function known<T>(field: string, meant: T | null): T {
  if (meant === null) throw InvalidInput({ field, reason: 'a YYYY-MM-DD, HH:MM or IANA zone that there is' });
  return meant;
}
