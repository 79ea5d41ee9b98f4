import { describe, expect, it } from '@jest/globals';
import { act, aDeclared, fresh, known, now, refusalOf } from '../testing/a-classification.ts';
import { awareToDeclaredSeconds, recordAwareness } from './awareness.ts';
import type { Classification } from './classification.ts';

const detectedAt = new Date('2026-11-19T09:00:00Z');
const after = (date: Date, ms: number) => new Date(date.getTime() + ms);
const aware = (awareAt: Date, from: Classification = fresh(), actorRole: 'PROCESSOR' | 'CONTROLLER' = 'PROCESSOR') =>
  recordAwareness(from, known({ detectedAt }), { actorRole, awareAt }, act);

describe('recording an awareness', () => {
  it.each([
    ['a millisecond before the detection', after(detectedAt, -1), 'TIME_ORDER_INVALID'],
    ['at the detection', detectedAt, 'not refused'],
    ['at this moment', now, 'not refused'],
    ['a millisecond from now', after(now, 1), 'TIME_ORDER_INVALID'],
  ])('I-3 %s', (_, awareAt, code) => {
    expect(refusalOf(() => aware(awareAt))).toBe(code);
  });

  it('I-3 of an incident whose detection is not known may be any time ago', () => {
    const long = new Date('2020-01-01T00:00:00Z');
    const order = { actorRole: 'PROCESSOR', awareAt: long } as const;
    expect(refusalOf(() => recordAwareness(fresh(), known({ detectedAt: null }), order, act))).toBe('not refused');
  });

  it('is announced for one part, and corrects nothing', () => {
    const { state, events, decisions } = aware(detectedAt);
    const facts = { actorRole: 'PROCESSOR', awareAt: detectedAt.toISOString() };
    expect(state).toMatchObject({ version: 2, awareness: [facts] });
    expect(events.map(({ event, data }) => [event.name, data])).toEqual([
      ['LegalAwarenessRecorded', { incidentId: state.id, at: now.toISOString(), ...facts }],
    ]);
    expect(decisions).toMatchObject([{ kind: 'awareness', value: facts, reason: act.reason }]);
  });

  it('I-20 again corrects it, and tells what was recorded before', () => {
    const { state, events, decisions } = aware(now, aware(detectedAt).state);
    const corrected = { awareAt: now.toISOString(), corrects: detectedAt.toISOString() };
    expect(state.awareness).toEqual([{ actorRole: 'PROCESSOR', awareAt: now.toISOString() }]);
    expect(events).toMatchObject([{ data: corrected }]);
    expect(decisions).toMatchObject([{ value: corrected }]);
  });

  it('of another part leaves the first', () => {
    const { state, events } = aware(now, aware(detectedAt).state, 'CONTROLLER');
    expect(state.awareness.map(({ actorRole }) => actorRole)).toEqual(['PROCESSOR', 'CONTROLLER']);
    expect(events[0]?.data).not.toHaveProperty('corrects');
  });
});

describe('the gap between the processor’s awareness and the declaration', () => {
  it('counts in seconds', () => {
    expect(awareToDeclaredSeconds(aware(detectedAt, aDeclared()).state)).toBe(24 * 3_600);
  });

  it('is null without a declaration, and without a processor', () => {
    expect(awareToDeclaredSeconds(aware(detectedAt).state)).toBeNull();
    expect(awareToDeclaredSeconds(aDeclared())).toBeNull();
    expect(awareToDeclaredSeconds(aware(detectedAt, aDeclared(), 'CONTROLLER').state)).toBeNull();
  });

  it('is negative if it was declared first', () => {
    const early: Classification = { ...aDeclared(), declaredAt: after(detectedAt, -60_000) };
    expect(awareToDeclaredSeconds(aware(detectedAt, early).state)).toBe(-60);
  });
});
