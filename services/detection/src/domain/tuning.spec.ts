import { describe, expect, it } from '@jest/globals';
import type { TuningTaskState } from '@tocsin/contracts';
import { act, idOf, now, refusalOf } from '../testing/a-detection.ts';
import { close, find, start, type TuningTask } from './tuning.ts';

const found = { detectorId: idOf(2), rootCause: 'DATA_QUALITY' } as const;
const order = { newId: idOf(3), now };
const anOpen = (): TuningTask => find(null, found, order).state;
const aTask = (state: TuningTaskState): TuningTask => ({ ...anOpen(), state });
const later = new Date(now.getTime() + 1);
const starting = { reason: 'The parser drops the user.', dueAt: later };

describe('a tuning task', () => {
  it('R-46 is opened by a false positive, for its detector and cause', () => {
    const { state, events } = find(null, found, order);
    const opened = { ...found, id: idOf(3), version: 1, state: 'OPEN', findingCount: 1, owner: null, dueAt: null };
    expect(state).toEqual({ ...opened, openedAt: now });
    expect(events.map(({ event, data }) => [event.name, data])).toEqual([
      ['TuningTaskChanged', { ...found, taskId: idOf(3), state: 'OPEN', findingCount: 1, at: now.toISOString() }],
    ]);
  });

  it('R-46 a further one joins it, whether or not somebody works on it', () => {
    for (const state of ['OPEN', 'IN_PROGRESS'] as const) {
      const { state: joined, events } = find(aTask(state), found, { newId: idOf(4), now });
      expect(joined).toMatchObject({ id: idOf(3), version: 2, state, findingCount: 2 });
      expect(events[0]?.data).toMatchObject({ taskId: idOf(3), findingCount: 2 });
    }
  });

  it('R-46 is taken by its owner, and ends as done or declined', () => {
    const { state: taken, decisions } = start(anOpen(), starting, act);
    expect(taken).toMatchObject({ state: 'IN_PROGRESS', owner: 'user:rea', dueAt: later });
    expect(decisions).toMatchObject([{ kind: 'tuning', value: { state: 'IN_PROGRESS' }, role: 'SERVICE_ENGINEER' }]);
    for (const outcome of ['DONE', 'DECLINED'] as const) {
      const { state, events } = close(taken, { reason: 'Mended.', outcome }, act);
      expect(state).toMatchObject({ state: outcome, version: 3 });
      expect(events[0]?.data).toMatchObject({ state: outcome });
    }
  });

  it.each(['IN_PROGRESS', 'DONE', 'DECLINED'] as const)('%s is not taken', (state) => {
    expect(refusalOf(() => start(aTask(state), starting, act))).toBe('TUNING_TASK_STATE');
  });

  it.each(['OPEN', 'DONE', 'DECLINED'] as const)('%s is not closed', (state) => {
    expect(refusalOf(() => close(aTask(state), { reason: 'x', outcome: 'DONE' }, act))).toBe('TUNING_TASK_STATE');
  });

  it('needs a reason, and a time to come', () => {
    expect(refusalOf(() => start(anOpen(), { ...starting, reason: ' ' }, act))).toBe('REASON_REQUIRED');
    expect(refusalOf(() => start(anOpen(), { ...starting, dueAt: now }, act))).toBe('TIME_ORDER_INVALID');
    expect(refusalOf(() => start(anOpen(), { ...starting, dueAt: null }, act))).toBe('not refused');
  });
});
