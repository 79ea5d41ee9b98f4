import type { SignalSource } from '@tocsin/contracts';
import { fingerprintOf, type Sighting } from './detection.ts';
import { textOf, valuesOf } from './sigma/event.ts';
import type { Rule } from './sigma/rule.ts';
import { longestField, mostFields, type Attributes } from './signal.ts';
import { observe, type ObservedEvent } from './windows-view.ts';

/** What the rules say of an event: what to keep of it, and one sighting for each rule that matches. */
export interface Judgement {
  readonly attributes: Attributes;
  readonly sightings: readonly Sighting[];
}

interface Order {
  readonly source: SignalSource;
  readonly observedAt: Date;
  readonly exerciseId: string | null;
}

export type Judge = (data: Readonly<Record<string, unknown>>, order: Order) => Judgement;

/** Asks every enabled rule. Pure. */
export const createJudge = (rules: readonly Rule[]): Judge => {
  const enabled = rules.filter((rule) => rule.enabled);
  return (data, order) => {
    const event = observe(data);
    const matching = enabled.filter((rule) => rule.matches(event));
    return {
      attributes: attributesOf(event, matching),
      sightings: matching.map((rule) => sightingOf(rule, event, order)),
    };
  };
};

/** No inventory of assets yet, and no detector's claim counts (D-12): realm UNKNOWN, no tenant. */
function sightingOf({ id, level }: Rule, { host, user }: ObservedEvent, order: Order): Sighting {
  const belongs = { tenantId: null, realm: 'UNKNOWN' } as const;
  return {
    ...order,
    ...belongs,
    detectorId: id,
    level,
    fingerprint: fingerprintOf(id, { ...belongs, exerciseId: order.exerciseId, by: [host, user] }),
  };
}

const longestEntity = 256;

/**
 * The entities and, of at most `mostFields` fields the matching rules ask for, the first value, or its beginning: well
 * under 64 KB. Where that is not all, the name is in `cut`.
 */
function attributesOf({ host, user, fields }: ObservedEvent, matching: readonly Rule[]): Attributes {
  const names = [...new Set(matching.flatMap((rule) => rule.fields))].slice(0, mostFields);
  const shown: Record<string, string> = {};
  const cut: string[] = [];
  const keep = (name: string, text: string, longest: number): string => {
    if (text.length > longest) cut.push(name);
    return text.slice(0, longest).toWellFormed();
  };
  for (const name of names) {
    const [first, ...more] = valuesOf(fields, name);
    const text = textOf(first);
    if (text === undefined) continue;
    if (more.length > 0) cut.push(name);
    shown[name] = keep(name, text, longestField);
  }
  const entity = (name: string, text: string | null) => (text === null ? null : keep(name, text, longestEntity));
  const entities = { host: entity('host', host), user: entity('user', user) };
  return { ...entities, fields: shown, ...(cut.length > 0 && { cut: [...new Set(cut)] }) };
}
