import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { packagedRules, readRules } from '../../rules.ts';
import { observe } from '../windows-view.ts';
import { loadRules } from './load.ts';
import type { Rule } from './rule.ts';

/* Public rules and recordings that are not part of this repository; without them these cases are skipped. */
const data = join(process.cwd(), '../shared/data');
const present = existsSync(join(data, 'sigma')) && existsSync(join(data, 'telemetry'));
const files = (folder: string, end: string): string[] =>
  readdirSync(join(data, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => join(data, folder, name));

(present ? describe : describe.skip)(
  'public rules and recordings (3 cases, skipped where ../shared/data is absent)',
  () => {
    const loaded = new Map<string, { readonly rules: readonly Rule[]; readonly codes: readonly string[] }>();
    const load = (): typeof loaded => {
      if (loaded.size > 0) return loaded;
      for (const folder of ['sigma/rules', 'sigma/rules-emerging-threats', 'sigma/rules-threat-hunting']) {
        for (const file of files(folder, '.yml')) {
          const { rules, reasons } = loadRules(readFileSync(file, 'utf8'));
          loaded.set(file, { rules, codes: reasons.map(({ code }) => code) });
        }
      }
      return loaded;
    };

    it('D-3 every public rule loads wholly or is refused with a reason', () => {
      const all = [...load().values()];
      expect(all.length).toBeGreaterThan(3_000);
      expect(all.filter(({ rules, codes }) => (rules.length === 0) === (codes.length === 0))).toEqual([]);
      expect(all.filter(({ rules }) => rules.length > 0).length).toBeGreaterThan(900);
    });

    it('every recording of a rule that loads makes it match', () => {
      const byId = new Map([...load().values()].flatMap(({ rules }) => rules).map((rule) => [rule.id, rule]));
      const missed: string[] = [];
      let checked = 0;
      for (const file of files('sigma/regression_data', '.json')) {
        const info = readFileSync(join(dirname(file), 'info.yml'), 'utf8');
        const rule =
          byId.get(basename(file, '.json')) ?? byId.get(/id: ([\da-f-]{36})\n\s+title/.exec(info)?.[1] ?? '');
        if (rule === undefined) continue;
        checked += 1;
        const least = Number(/match_count: (\d+)/.exec(info)?.[1] ?? 1);
        const matched = recorded(readFileSync(file, 'utf8')).filter((event) => rule.matches(observe(event)));
        if (matched.length < least) missed.push(`${rule.title}: ${matched.length} of ${least}`);
      }
      expect(missed).toEqual([]);
      expect(checked).toBeGreaterThan(20);
    });

    it('the starter rules read 10,369 recorded events without an error and rarely match', () => {
      const rules = readRules(packagedRules);
      const lines = gunzipSync(readFileSync(join(data, 'telemetry/otrf-sample.ndjson.gz')))
        .toString('utf8')
        .trim()
        .split('\n');
      const hits = lines.filter((line) => {
        const event = observe(JSON.parse(line) as Record<string, unknown>);
        return rules.some((rule) => rule.matches(event));
      });
      expect(lines).toHaveLength(10_369);
      expect(hits.length).toBeLessThan(20);
    });
  },
);

/** One object, or several written one after the other. */
function recorded(text: string): Record<string, unknown>[] {
  const joined = `[${text.trim().replaceAll(/^\}\s*\{/gm, '},{')}]`;
  return JSON.parse(joined) as Record<string, unknown>[];
}
