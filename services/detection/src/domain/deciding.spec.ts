import { describe, expect, it } from '@jest/globals';
import { act, aDetection, idOf, refusalOf } from '../testing/a-detection.ts';
import { dismiss, promote, reopen } from './deciding.ts';

const order = { reason: ' The backup does this. ', rootCause: 'NORMAL_BUSINESS_PRACTICE' } as const;
const aDismissed = () => dismiss(aDetection(), order, act).state;

describe('deciding about a detection', () => {
  it('R-46 a dismissal has a root cause and a reason, and announces the cause only', () => {
    const { state, events, decisions } = dismiss(aDetection(), order, act);
    expect(state).toEqual(aDetection({ version: 2, state: 'DISMISSED', rootCause: 'NORMAL_BUSINESS_PRACTICE' }));
    expect(events.map(({ event }) => event.name)).toEqual(['DetectionDismissed']);
    expect(events[0]?.data).toMatchObject({ detectionId: idOf(1), rootCause: 'NORMAL_BUSINESS_PRACTICE' });
    expect(decisions).toEqual([
      expect.objectContaining({ kind: 'dismissal', reason: 'The backup does this.', actorId: 'user:rea' }),
    ]);
  });

  it.each([
    ['no root cause', { ...order, rootCause: null }, aDetection(), 'ROOT_CAUSE_REQUIRED'],
    ['no reason', { ...order, reason: ' ' }, aDetection(), 'REASON_REQUIRED'],
    ['promoted already', order, aDetection({ state: 'PROMOTED' }), 'DETECTION_NOT_OPEN'],
    ['dismissed already', order, aDismissed(), 'DETECTION_NOT_OPEN'],
  ] as const)('R-46 a dismissal is refused: %s', (_, given, detection, code) => {
    expect(refusalOf(() => dismiss(detection, given, act))).toBe(code);
  });

  it('what was dismissed is opened again for a reason, and can be promoted then', () => {
    const { state, events } = reopen(aDismissed(), { reason: 'It was none.', open: null }, act);
    expect(state).toEqual(aDetection({ version: 3 }));
    expect(events.map(({ event }) => event.name)).toEqual(['DetectionReopened']);
    expect(promote(state, order, act).state.state).toBe('PROMOTED');
  });

  it.each([
    ['no reason', { reason: '', open: null }, aDismissed(), 'REASON_REQUIRED'],
    ['it is open', { reason: 'x', open: null }, aDetection(), 'DETECTION_STATE'],
    ['it is promoted', { reason: 'x', open: null }, aDetection({ state: 'PROMOTED' }), 'DETECTION_STATE'],
    ['another has its place', { reason: 'x', open: aDetection() }, aDismissed(), 'DETECTION_OPEN_ALREADY'],
  ] as const)('opening again is refused: %s', (_, given, detection, code) => {
    expect(refusalOf(() => reopen(detection, given, act))).toBe(code);
  });

  it('R-46 what was dismissed is not promoted', () => {
    expect(refusalOf(() => promote(aDismissed(), order, act))).toBe('DETECTION_NOT_OPEN');
  });
});
