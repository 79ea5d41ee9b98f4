import { describe, expect, it } from '@jest/globals';
import { refusalOf } from './an-incident.ts';
import { aLayer, aRota, everybody, spanOf } from './a-rota.ts';
import {
  blankRota,
  overrideOnCall,
  removeOverride,
  retireRota,
  saveRota,
  type OverrideOrder,
  type RotaLayer,
} from './rota.ts';

const now = new Date('2026-01-06T10:00:30Z');
const plan = (patch: Partial<RotaLayer> = {}) => ({
  name: 'first line',
  zone: 'Europe/Berlin',
  layers: [aLayer(patch)],
});
const save = (given = plan()) => saveRota(aRota(), given, everybody).state;

describe('saving a rota', () => {
  it('R-02 replaces the plan, keeps the overrides, and counts the version', () => {
    const override = { id: '1', principalId: null, ...spanOf('2026-01-06T12:00Z/2026-01-06T13:00Z') };
    const overrides = [{ ...override, recordedBy: 'user:ima', recordedAt: now }];
    const rota = aRota({ overrides });
    const { state, events } = saveRota(rota, plan({ weeks: 2 }), everybody);
    expect(state).toEqual({ ...rota, layers: [aLayer({ weeks: 2 })], version: 2 });
    expect(events).toEqual([]);
  });

  it('begins at version 1', () => {
    expect(saveRota(blankRota('r', 'LEGAL'), plan(), everybody).state).toMatchObject({ version: 1, role: 'LEGAL' });
  });

  it('spells zones as the IANA database does', () => {
    const { zone, layers } = save({ ...plan({ zone: 'america/new_york' }), zone: 'europe/berlin' });
    expect([zone, layers[0]?.zone]).toEqual(['Europe/Berlin', 'America/New_York']);
  });

  it('lets somebody come twice in a rotation', () => {
    const participants = ['user:ada', 'user:bob', 'user:ada'];
    expect(save(plan({ participants })).layers[0]?.participants).toEqual(participants);
  });

  it('refuses whom the staff directory does not list in the role, and names them', () => {
    const given = plan({ participants: ['user:ada', 'user:eve', 'user:eve'] });
    expect(() => save(given)).toThrow(
      expect.objectContaining({ code: 'PRINCIPAL_NOT_ELIGIBLE', details: { principalIds: ['user:eve'] } }),
    );
  });

  const window = { days: ['MONDAY'], from: '09:00', to: '17:00' } as const;
  it.each([
    ['an unknown zone', { ...plan(), zone: 'Mars/Phobos' }, 'zone'],
    ['an offset as a zone', { ...plan(), zone: '+02:00' }, 'zone'],
    ['an unknown zone of a layer', plan({ zone: 'Berlin' }), 'layers[0].zone'],
    ['no name', { ...plan(), name: ' ' }, 'name'],
    ['a name that is too long', { ...plan(), name: 'x'.repeat(201) }, 'name'],
    ['no layer', { ...plan(), layers: [] }, 'layers'],
    ['too many layers', { ...plan(), layers: Array.from({ length: 11 }, () => aLayer()) }, 'layers'],
    ['nobody in a layer', plan({ participants: [] }), 'layers[0].participants'],
    ['no week', plan({ weeks: 0 }), 'layers[0].weeks'],
    ['half a week', plan({ weeks: 0.5 }), 'layers[0].weeks'],
    ['more than a year', plan({ weeks: 53 }), 'layers[0].weeks'],
    ['a day that is not on the calendar', plan({ startsOn: '2026-02-30' }), 'layers[0].startsOn'],
    ['a date with a time', plan({ startsOn: '2026-02-03T00:00' }), 'layers[0].startsOn'],
    ['a time that is none', plan({ handOverTime: '24:00' }), 'layers[0].handOverTime'],
    ['a time with an offset', plan({ handOverTime: '09:00+01:00' }), 'layers[0].handOverTime'],
    ['a window without a day', plan({ windows: [{ ...window, days: [] }] }), 'layers[0].windows'],
    ['a window from no time', plan({ windows: [{ ...window, from: '9:00' }] }), 'layers[0].windows.from'],
    ['a window to no time', plan({ windows: [{ ...window, to: '' }] }), 'layers[0].windows.to'],
    ['a day named twice', plan({ windows: [{ ...window, days: ['MONDAY', 'MONDAY'] }] }), 'layers[0].windows'],
    [
      'windows that overlap over midnight',
      plan({ windows: [{ days: ['SUNDAY'], from: '22:00', to: '09:01' }, window] }),
      'layers[0].windows',
    ],
  ])('refuses %s', (_, given, field) => {
    expect(() => save(given)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    expect(() => save(given)).toThrow(expect.objectContaining({ details: expect.objectContaining({ field }) }));
  });

  it('takes windows that follow each other, round the week', () => {
    const windows = [
      { days: ['SUNDAY'], from: '22:00', to: '09:00' },
      { days: ['MONDAY'], from: '09:00', to: '09:00' },
    ] as const;
    expect(save(plan({ windows })).layers[0]?.windows).toEqual(windows);
  });
});

describe('an override', () => {
  const act = { overrideId: 'o1', actorId: 'user:ima', now };
  const order = (span: string, principalId: string | null = 'user:cyd'): OverrideOrder => ({
    principalId,
    ...spanOf(span),
  });
  const override = (given: OverrideOrder) => overrideOnCall(aRota(), given, everybody, act).state.overrides;

  it('names somebody, or nobody, from when to when, and who recorded it', () => {
    const expected = { id: 'o1', recordedBy: 'user:ima', recordedAt: now };
    const given = order('2026-01-06T12:00Z/2026-01-06T13:00Z');
    expect(override(given)).toEqual([{ ...given, ...expected }]);
    expect(override({ ...given, principalId: null })).toEqual([{ ...given, ...expected, principalId: null }]);
  });

  it('does not change the past: it begins in this minute', () => {
    expect(override(order('2026-01-06T08:00Z/2026-01-06T13:00Z'))[0]).toMatchObject(
      spanOf('2026-01-06T10:00Z/2026-01-06T13:00Z'),
    );
  });

  it('may last 31 days, and not a minute longer', () => {
    expect(override(order('2026-01-10T00:00Z/2026-02-10T00:00Z'))).toHaveLength(1);
    const details = { field: 'to', reason: 'an override lasts at most 31 days' };
    expect(() => override(order('2026-01-10T00:00Z/2026-02-10T00:01Z'))).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details }),
    );
  });

  it.each([
    ['an end before its beginning', order('2026-01-07T12:00Z/2026-01-07T11:00Z'), 'TIME_ORDER_INVALID'],
    ['no time at all', order('2026-01-07T12:00Z/2026-01-07T12:00Z'), 'TIME_ORDER_INVALID'],
    ['the past', order('2026-01-06T08:00Z/2026-01-06T10:00Z'), 'TIME_ORDER_INVALID'],
    ['half a minute', order('2026-01-07T12:00:30Z/2026-01-07T13:00Z'), 'INVALID_INPUT'],
    ['half a minute at its end', order('2026-01-07T12:00Z/2026-01-07T13:00:30Z'), 'INVALID_INPUT'],
    ['a stranger', order('2026-01-07T12:00Z/2026-01-07T13:00Z', 'user:eve'), 'PRINCIPAL_NOT_ELIGIBLE'],
  ])('is refused for %s', (_, given, code) => {
    expect(refusalOf(() => override(given))).toBe(code);
  });

  it('is forgotten when nobody can ask for it any more', () => {
    const old = { ...order('2024-11-01T00:00Z/2024-11-02T00:00Z'), id: 'old', recordedBy: 'user:ima', recordedAt: now };
    const rota = aRota({ overrides: [old] });
    const { state } = overrideOnCall(rota, order('2026-01-07T12:00Z/2026-01-07T13:00Z'), everybody, act);
    expect(state.overrides.map(({ id }) => id)).toEqual(['o1']);
  });

  const recorded = (span: string) => {
    const given = { ...order(span), id: 'o1', recordedBy: 'user:ima', recordedAt: now };
    return aRota({ overrides: [given] });
  };

  it('is taken back; what it did so far stays', () => {
    expect(removeOverride(recorded('2026-01-06T12:00Z/2026-01-06T13:00Z'), 'o1', now).state.overrides).toEqual([]);
    const begun = removeOverride(recorded('2026-01-06T08:00Z/2026-01-06T13:00Z'), 'o1', now).state;
    expect(begun.overrides).toMatchObject([spanOf('2026-01-06T08:00Z/2026-01-06T10:00Z')]);
    expect(begun.version).toBe(2);
  });

  it('that is unknown or over is not taken back', () => {
    expect(refusalOf(() => removeOverride(aRota(), 'o1', now))).toBe('NOT_FOUND');
    const over = recorded('2026-01-06T08:00Z/2026-01-06T10:00Z');
    expect(refusalOf(() => removeOverride(over, 'o1', now))).toBe('INVALID_INPUT');
  });
});

describe('a rota that is retired', () => {
  const act = { actorId: 'user:ima', now };
  const retire = (rota = aRota(), reason = ' wrong role ') => retireRota(rota, { reason }, act);

  it('R-02 stays as it was, and says from which minute on, by whom and why', () => {
    const retirement = { retiredAt: new Date('2026-01-06T10:00Z'), retiredBy: 'user:ima', retireReason: 'wrong role' };
    expect(retire()).toEqual({ state: { ...aRota(), ...retirement, version: 2 }, events: [] });
  });

  it('needs a reason, and is changed no more', () => {
    expect(refusalOf(() => retire(aRota(), ' '))).toBe('REASON_REQUIRED');
    const { state: retired } = retire();
    const span = { principalId: 'user:cyd', ...spanOf('2026-01-07T12:00Z/2026-01-07T13:00Z') };
    for (const attempt of [
      () => retire(retired),
      () => overrideOnCall(retired, span, everybody, { ...act, overrideId: 'o1' }),
      () => removeOverride(retired, 'o1', now),
    ])
      expect(refusalOf(attempt)).toBe('ROTA_RETIRED');
  });
});
