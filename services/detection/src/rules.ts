import { readdirSync, readFileSync } from 'node:fs';
import { RuleInvalid } from './domain/errors.ts';
import { loadRules } from './domain/sigma/load.ts';
import type { Reason } from './domain/sigma/reason.ts';
import type { Rule } from './domain/sigma/rule.ts';

/** The rules that come with the service. */
export const packagedRules = new URL('../rules/', import.meta.url);

/**
 * Reads every `.yml` of the folder. One broken rule stops the start: a silent gap in what is watched is worse.
 *
 * @throws RULE_INVALID, with all reasons of all files in its details.
 */
export function readRules(directory: URL): readonly Rule[] {
  const rules = new Map<string, Rule>();
  const reasons: Reason[] = [];
  for (const file of readdirSync(directory)
    .filter((name) => name.endsWith('.yml'))
    .sort()) {
    const loaded = loadRules(readFileSync(new URL(file, directory), 'utf8'));
    reasons.push(...loaded.reasons.map((reason) => ({ ...reason, path: `${file}:${reason.path}` })));
    for (const rule of loaded.rules) {
      if (rules.has(rule.id))
        reasons.push({ code: 'DUPLICATE_ID', path: `${file}:id`, message: 'Another rule has it.' });
      rules.set(rule.id, rule);
    }
  }
  if (reasons.length > 0) throw RuleInvalid({ reasons });
  return [...rules.values()];
}
