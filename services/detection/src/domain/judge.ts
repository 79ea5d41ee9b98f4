import type { SignalSource } from '@tocsin/contracts';
import { fingerprintOf, type Sighting } from './detection.ts';
import { textOf, valuesOf } from './sigma/event.ts';
import type { Rule } from './sigma/rule.ts';
import { longestField, type Attributes } from './signal.ts';
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

const most = 12;

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

/** The entities and, of at most `most` fields the matching rules ask for, the beginning: well under 64 KB. */
function attributesOf({ host, user, fields }: ObservedEvent, matching: readonly Rule[]): Attributes {
  const names = [...new Set(matching.flatMap((rule) => rule.fields))].slice(0, most);
  const shown: Record<string, string> = {};
  const cut: string[] = [];
  for (const name of names) {
    const text = textOf(valuesOf(fields, name)[0]);
    if (text === undefined) continue;
    shown[name] = text.slice(0, longestField).toWellFormed();
    if (text.length > longestField) cut.push(name);
  }
  const short = (text: string | null): string | null => text?.slice(0, 256).toWellFormed() ?? null;
  return { host: short(host), user: short(user), fields: shown, ...(cut.length > 0 && { cut }) };
}
