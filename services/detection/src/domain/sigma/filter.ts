import { isMap, parseAllDocuments } from 'yaml';
import { checkShape, compileDetection, largest } from './load.ts';
import { Reasons, type Reason } from './reason.ts';
import type { Fields } from './selection.ts';

/** A condition over selections, as the `detection` of a rule has it; what it matches is hidden. */
export interface Filter {
  /** The fields it asks for. */
  readonly fields: readonly string[];
  matches(fields: Fields): boolean;
}

/** What a text gave: a filter, or why there is none. */
export type LoadedFilter = { readonly filter: Filter } | { readonly reasons: readonly Reason[] };

/** A filter that begins by what it spares would hide everything else; some tools write filters so and mean the opposite. */
const sparesFirst = /^[\s(]*not\b/i;

/**
 * Reads selections and a condition, in the subset of Sigma that rules may use. Never throws for what the text says.
 *
 * @param kept the fields that are kept of what the rule matches; a filter that asks for another is refused, because it
 *   could not be replayed. Not asked if not given.
 */
export function loadFilter(text: string, kept?: readonly string[]): LoadedFilter {
  const reasons = new Reasons();
  const asked = new Set<string>();
  const matches = compileFilter(text, reasons, asked);
  for (const field of asked) {
    if (kept?.includes(field) === false)
      reasons.add('FIELD_NOT_KEPT', field, `Only these are kept of a match: ${kept.join(', ')}.`);
  }
  if (matches === undefined || reasons.all.length > 0) return { reasons: reasons.all };
  return { filter: { fields: [...asked], matches } };
}

function compileFilter(text: string, reasons: Reasons, asked: Set<string>): Filter['matches'] | undefined {
  if (Buffer.byteLength(text) > largest.bytes)
    return reasons.add('TOO_LARGE', '', `A filter has at most ${largest.bytes} bytes.`);
  const documents = parseAllDocuments(text, { version: '1.2', schema: 'core', uniqueKeys: true });
  const [document] = documents;
  if (!Array.isArray(documents) || document === undefined || documents.length > 1)
    return reasons.add('YAML', '', 'Give one document: selections and a condition.');
  for (const error of document.errors) reasons.add('YAML', '', error.message);
  if (document.errors.length > 0) return undefined;
  checkShape(document, reasons);
  const root = document.contents;
  if (reasons.all.length > 0 || !isMap(root)) return reasons.add('SCHEMA', '', 'Give selections and a condition.');
  const conditions = [(document.toJS() as { readonly condition?: unknown }).condition].flat();
  if (conditions.some((condition) => typeof condition === 'string' && sparesFirst.test(condition)))
    reasons.add('FILTER_AMBIGUOUS', 'condition', 'Say first what it hides, then "and not" what it spares.');
  return compileDetection(root, reasons, asked);
}
