import { isScalar, type Node } from 'yaml';
import { fold, matches, parsePattern, widen, type Pattern } from './text.ts';
import { textOf } from './event.ts';

/** Whether one value of a field satisfies one value of a rule. */
export type ValueTest = (value: unknown) => boolean;

/** Where a text may stand inside a field. */
export interface Sides {
  readonly before: boolean;
  readonly after: boolean;
}

/**
 * Makes the test of one scalar of a rule; undefined if the scalar is of a kind that has no test here. `null` and absence
 * are the business of the field's test, since an absent field has no value.
 */
export function valueTest(node: Node, sides: Sides | undefined): ValueTest | undefined {
  if (!isScalar(node)) return undefined;
  const { value } = node;
  if (typeof value === 'string') return patternTest(parsePattern(value), sides);
  if (typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  // The text as written: an unquoted 00000429 means that text, not 429.
  const written = fold(typeof node.source === 'string' ? node.source : String(value));
  const asText = patternTest([{ literal: written }], sides);
  if (sides !== undefined || typeof value === 'boolean') return asText;
  return (given) => given === value || asText(given);
}

function patternTest(pattern: Pattern, sides: Sides | undefined): ValueTest {
  const wide = sides === undefined ? pattern : widen(pattern, sides);
  // A lone `*` asks only that there is something: objects, which have no text, satisfy it too.
  if (wide.length === 1 && wide[0] === '*') return (given) => given !== null && given !== undefined;
  return (given) => {
    const text = textOf(given);
    return text !== undefined && matches(wide, fold(text));
  };
}
