import { DetectionLevel } from '@tocsin/contracts';
import type { Sighting } from './detection.ts';
import type { Filter } from './sigma/filter.ts';
import { mostFields, type Attributes } from './signal.ts';
import { stateAt, type Suppression } from './suppression.ts';

/** The entities of a signal, by the names under which a filter may ask for them. */
const entities = ['host', 'user'] as const;

/** What a filter may ask for: the fields that are kept of a rule's matches, and the entities. */
export const filterableOf = (rule: { readonly fields: readonly string[] }): readonly string[] => [
  ...new Set([...rule.fields.slice(0, mostFields), ...entities]),
];

/**
 * Whether the filter matches what was kept of a signal. It must see all that it asks for, whole: a field that is absent,
 * or of which only a part was kept, hides nothing. The replay asks the same.
 */
export function covers(filter: Filter, { fields = {}, cut = [], host, user }: Attributes): boolean {
  const whole = { ...fields, ...(host != null && { host }), ...(user != null && { user }) };
  return filter.fields.every((name) => Object.hasOwn(whole, name) && !cut.includes(name)) && filter.matches(whole);
}

/**
 * Whether the suppression hides what a detector saw in a signal: while it is active, at no higher level than it was
 * replayed at, and never what a red team does, which Blue must be able to notice (I-36).
 */
export function hides(
  suppression: Suppression,
  filter: Filter,
  { detectorId, level, exerciseId }: Sighting,
  attributes: Attributes,
  now: Date,
): boolean {
  const { replay } = suppression;
  if (replay === null || stateAt(suppression, now) !== 'ACTIVE') return false;
  if (detectorId !== suppression.detectorId || exerciseId !== null) return false;
  return rankOf(level) <= rankOf(replay.level) && covers(filter, attributes);
}

const rankOf = (level: DetectionLevel): number => DetectionLevel.options.indexOf(level);
