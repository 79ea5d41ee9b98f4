import { parseAllDocuments, isAlias, isCollection, isMap, visit, type Document, type Node, type YAMLMap } from 'yaml';
import { compileCondition } from './condition.ts';
import { isFrom } from './log-source.ts';
import { Reasons, type Reason } from './reason.ts';
import { readHead } from './head.ts';
import type { Rule } from './rule.ts';
import { compileSelection, type Test } from './selection.ts';

/** What a rule or a filter may be at most. */
export const largest = { bytes: 256 * 1024, depth: 32 };

/** What one file gave: its rules, and why others were refused. */
export interface Loaded {
  readonly rules: readonly Rule[];
  readonly reasons: readonly Reason[];
}

/** Reads every rule of a YAML text. Never throws for what the text says: what it does not know becomes a reason. */
export function loadRules(text: string): Loaded {
  const reasons = new Reasons();
  if (Buffer.byteLength(text) > largest.bytes) {
    reasons.add('TOO_LARGE', '', `A rule file has at most ${largest.bytes} bytes.`);
    return { rules: [], reasons: reasons.all };
  }
  const documents = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
  });
  const found = Array.isArray(documents) ? documents : [];
  if (found.length === 0) reasons.add('YAML', '', 'There is no rule in this file.');
  const rules = found.map((document: Document.Parsed) => loadRule(document, text, reasons));
  return { rules: rules.filter((rule) => rule !== undefined), reasons: reasons.all };
}

function loadRule(document: Document.Parsed, text: string, reasons: Reasons): Rule | undefined {
  const before = reasons.all.length;
  for (const error of document.errors) reasons.add('YAML', '', error.message);
  if (document.errors.length === 0) checkShape(document, reasons);
  if (reasons.all.length > before) return undefined;
  const root = document.contents;
  if (!isMap(root)) return reasons.add('SCHEMA', '', 'A rule is a map.');
  const head = readHead(document.toJS() as unknown, reasons);
  const fields = new Set<string>();
  const test = compileDetection(root.get('detection', true), reasons, fields);
  if (head === undefined || test === undefined || reasons.all.length > before) return undefined;
  const { fields: shown, ...facts } = head;
  return {
    ...facts,
    text,
    fields: [...new Set([...fields, ...shown])],
    matches: (event) => isFrom(facts.logSource, event) && test(event.fields),
  };
}

/** Adds a reason for aliases and for what is nested too deep. */
export function checkShape(document: Document.Parsed, reasons: Reasons): void {
  let aliases = 0;
  let depth = 0;
  visit(document, (_key, node, ancestors) => {
    if (isAlias(node)) aliases += 1;
    if (isCollection(node)) depth = Math.max(depth, ancestors.filter(isCollection).length + 1);
  });
  if (aliases > 0) reasons.add('YAML', '', 'Aliases are not supported; write the values out.');
  if (depth > largest.depth) reasons.add('TOO_LARGE', '', `A rule is at most ${largest.depth} levels deep.`);
}

/** The selections and the condition over them; `timeframe` belonged to the old aggregations. */
export function compileDetection(node: unknown, reasons: Reasons, fields: Set<string>): Test | undefined {
  if (!isMap(node)) return reasons.add('SCHEMA', 'detection', 'Give selections and a condition.');
  const detection = node as YAMLMap<Node, Node | null>;
  const selections = new Map<string, Test | undefined>();
  for (const { key, value } of detection.items) {
    const name = String(key);
    if (name === 'condition') continue;
    if (name === 'timeframe') reasons.add('PIPE_AGGREGATION', 'detection.timeframe', 'Use a correlation rule.');
    else selections.set(name, compileSelection(value, `detection.${name}`, reasons, fields));
  }
  return compileConditions(detection.toJSON() as unknown, selections, reasons);
}

/** A list of conditions is OR: one match for the rule. */
function compileConditions(
  detection: unknown,
  selections: ReadonlyMap<string, Test | undefined>,
  reasons: Reasons,
): Test | undefined {
  const given = (detection as { readonly condition?: unknown }).condition;
  const conditions = Array.isArray(given) ? (given as unknown[]) : [given];
  const tests = conditions.map((condition) =>
    typeof condition === 'string'
      ? compileCondition(condition, selections, reasons)
      : reasons.add('CONDITION_SYNTAX', 'detection.condition', 'Give a condition as text.'),
  );
  if (tests.length === 0) return reasons.add('CONDITION_SYNTAX', 'detection.condition', 'Give a condition.');
  const known = tests.filter((test) => test !== undefined);
  return known.length < tests.length ? undefined : (fields) => known.some((test) => test(fields));
}
