import { describe, expect, it } from '@jest/globals';
import { wasRunning } from './exercise.ts';

const [before, start, within, end, after] = [8, 9, 10, 11, 12].map((hour) => new Date(Date.UTC(2026, 10, 20, hour)));
const exercise = { exerciseId: 'e', startsAt: start!, endsAt: end! };

describe('what is observed', () => {
  it.each([
    ['before the start', before, false],
    ['at the start', start, true],
    ['while it runs', within, true],
    ['at the end', end, true],
    ['after the end', after, false],
  ])('R-35 %s', (_, observedAt, isOfIt) => {
    expect(wasRunning({ ...exercise, state: 'RUNNING' }, observedAt!)).toBe(isOfIt);
    // Received after it ended; what counts is when it was observed.
    expect(wasRunning({ ...exercise, state: 'ENDED' }, observedAt!)).toBe(isOfIt);
    // Nobody has approved the rules yet, or nobody started it.
    expect(wasRunning({ ...exercise, state: 'PLANNED' }, observedAt!)).toBe(false);
  });
});
