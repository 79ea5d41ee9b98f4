import { describe, expect, it } from '@jest/globals';
import { act, aDetection, idOf, now, refusalOf } from '../testing/a-detection.ts';
import { aFilter, aReplay, anActive, aSuppression, inDays } from '../testing/a-suppression.ts';
import { see, type Detection, type Sighting } from './detection.ts';
import { covers, filterableOf, hides } from './hiding.ts';
import { createJudge } from './judge.ts';
import { loadFilter, type Filter } from './sigma/filter.ts';
import type { Rule } from './sigma/rule.ts';
import { activate, expire, revise } from './suppression.ts';

const kept = ['Image', 'User', 'host', 'user'];
const reasonsOf = (text: string): string[] => {
  const loaded = loadFilter(text, kept);
  return 'reasons' in loaded ? loaded.reasons.map(({ code }) => code) : [];
};
const filterOf = (text: string): Filter => {
  const loaded = loadFilter(text, kept);
  if ('filter' in loaded) return loaded.filter;
  throw new Error(JSON.stringify(loaded.reasons));
};
const backup = { fields: { User: 'CORP\\svc-backup' }, host: 'fs-1', user: 'CORP\\svc-backup' };
const sighting: Sighting = {
  ...{ detectorId: idOf(2), fingerprint: 'f'.repeat(64), level: 'HIGH', source: 'AUTOMATED_SIGNATURE' },
  ...{ realm: 'UNKNOWN', tenantId: null, observedAt: now, exerciseId: null },
};

describe('a filter', () => {
  it.each([
    ['selections and a condition', aFilter, []],
    ['what it hides but for what it spares', "a: {User: x}\nb: {host: 'dc*'}\ncondition: a and not b", []],
    ['another field', 'a: {CommandLine: x}\ncondition: a', ['FIELD_NOT_KEPT']],
    ['what it spares first', 'a: {User: x}\ncondition: not a', ['FILTER_AMBIGUOUS']],
    ['that in parentheses', 'a: {User: x}\ncondition: (not a)', ['FILTER_AMBIGUOUS']],
    ['a modifier that rules may not use either', "a: {'User|re': x}\ncondition: a", ['MODIFIER_UNKNOWN']],
    ['an unknown selection', 'a: {User: x}\ncondition: b', ['SELECTION_UNKNOWN']],
    ['no condition', 'a: {User: x}', ['CONDITION_SYNTAX']],
    ['no map', '- a', ['SCHEMA']],
    ['no YAML', 'a: [', ['YAML']],
    ['two documents', 'a: 1\n---\nb: 1', ['YAML']],
    ['nothing', '', ['YAML']],
  ])('D-3 is read wholly or refused with reasons: %s', (_, text, codes) => {
    expect([...new Set(reasonsOf(text))]).toEqual(codes);
  });

  it.each([
    ['of several values the first is kept', { User: ['CORP\\svc-backup', 'CORP\\evil'] }, 'User'],
    ['a long user is kept from its beginning', { User: `CORP\\svc-backup${'x'.repeat(300)}evil` }, 'user'],
    [
      'a long host is kept from its beginning',
      { Computer: `fs-1${'x'.repeat(300)}`, User: 'CORP\\svc-backup' },
      'host',
    ],
  ])('I-8 spares what the rules kept only a part of: %s', (_, data, name) => {
    const rule = {
      id: idOf(2),
      level: 'HIGH',
      enabled: true,
      fields: ['User'],
      matches: () => true,
    } as unknown as Rule;
    const { attributes } = createJudge([rule])(data, {
      source: 'AUTOMATED_SIGNATURE',
      observedAt: now,
      exerciseId: null,
    });
    expect(attributes.cut).toContain(name);
    expect(
      covers(
        filterOf(`a: {'${name}|contains': '*'}\nb: {'${name}|endswith': evil}\ncondition: a and not b`),
        attributes,
      ),
    ).toBe(false);
  });

  it('D-3 may ask for no field that is not kept of the rule', () => {
    const fields = Array.from({ length: 14 }, (_, n) => `Field${n}`);
    expect(filterableOf({ fields })).toEqual([...fields.slice(0, 12), 'host', 'user']);
  });

  it('I-8 hides only what it sees whole', () => {
    const filter = filterOf("a: {'User|endswith': backup}\nb: {Image: x.exe}\ncondition: a and not b");
    const fields = { ...backup.fields, Image: 'y.exe' };
    expect(covers(filter, { ...backup, fields })).toBe(true);
    expect(covers(filter, backup)).toBe(false);
    expect(covers(filter, { ...backup, fields, cut: ['Image'] })).toBe(false);
    expect(covers(filterOf('a: {host: fs-1}\ncondition: a'), backup)).toBe(true);
    expect(covers(filterOf('a: {host: fs-1}\ncondition: a'), { ...backup, host: null })).toBe(false);
  });
});

describe('a suppression', () => {
  const hidden = (suppression = anActive(), seen: Partial<Sighting> = {}, attributes: object = backup, at = now) =>
    hides(suppression, filterOf(suppression.filter), { ...sighting, ...seen }, attributes, at);

  it('I-8 hides what its filter matches of its detector, while it is active', () => {
    expect(hidden()).toBe(true);
    expect(hidden(anActive(), {}, { ...backup, fields: { User: 'CORP\\eve' } })).toBe(false);
    expect(hidden(anActive(), { detectorId: idOf(3) })).toBe(false);
    expect(hidden(aSuppression())).toBe(false);
    for (const state of ['REJECTED', 'REVOKED', 'EXPIRED'] as const) expect(hidden(anActive({ state }))).toBe(false);
    expect(hidden(anActive(), {}, backup, inDays(30))).toBe(false);
  });

  it('R-46 lets pass what is above the level that it was replayed at', () => {
    expect(hidden(anActive(), { level: 'CRITICAL' })).toBe(false);
    expect(hidden(anActive(), { level: 'LOW' })).toBe(true);
    expect(hidden(anActive({ replay: aReplay({ level: 'CRITICAL' }) }), { level: 'CRITICAL' })).toBe(true);
  });

  it('I-36 hides nothing of an exercise', () => {
    expect(hidden(anActive(), { exerciseId: idOf(8) })).toBe(false);
  });

  it('I-8 does not act on the replay of what its filter was before', () => {
    const order = { filter: aFilter, owner: 'user:eng', expiresAt: inDays(30), reason: 'seen' };
    const activation = (filter: string) => {
      const { state } = revise(aSuppression(), { ...order, filter }, { ...act, by: 'user:eng' });
      return refusalOf(() => activate(state, order, act));
    };
    expect(activation(aFilter)).toBe('not refused');
    expect(activation(aFilter.replace('svc-backup', 'svc'))).toBe('REPLAY_REQUIRED');
  });

  it('ends by its time, once', () => {
    expect(expire(anActive(), now)).toBeNull();
    const ended = expire(anActive(), inDays(30));
    expect(ended?.events[0]?.data).toMatchObject({ state: 'EXPIRED' });
    expect(ended === null ? null : expire(ended.state, inDays(31))).toBeNull();
  });
});

describe('a signal that a suppression hides', () => {
  const order = (suppressionId: string | null) => ({ newId: idOf(4), now, suppressionId });
  const told = (latest: Detection | null, suppressionId: string | null) => {
    const { state, events } = see(latest, sighting, order(suppressionId));
    return [state.id, state.state, state.signalCount, state.suppressedCount, ...events.map(({ event }) => event.name)];
  };
  const aHidden = aDetection({ state: 'SUPPRESSED', suppressionId: idOf(30), suppressedCount: 3 });

  it('D-8 is counted in a detection of its suppression, which nobody waits for', () => {
    expect(told(null, idOf(30))).toEqual([idOf(4), 'SUPPRESSED', 1, 1, 'DetectionSuppressed']);
    expect(told(aHidden, idOf(30))).toEqual([idOf(1), 'SUPPRESSED', 4, 4]);
    expect(told(aHidden, idOf(31))).toEqual([idOf(4), 'SUPPRESSED', 1, 1, 'DetectionSuppressed']);
  });

  it('joins the open detection of the same, which is hidden from nobody', () => {
    expect(told(aDetection(), idOf(30))).toEqual([idOf(1), 'OPEN', 4, 0, 'DetectionUpdated']);
  });

  it('D-8 one that is not hidden raises a detection beside the hidden one', () => {
    expect(told(aHidden, null)).toEqual([idOf(4), 'OPEN', 1, 0, 'DetectionRaised']);
  });
});
