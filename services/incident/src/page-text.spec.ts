import { describe, expect, it } from '@jest/globals';
import { renderPageMail, renderPageWebhook, type Call } from './page-text.ts';

const now = new Date('2026-11-20T09:00:00Z');
const message: Call['message'] = {
  ...{ id: 'a0000000-0000-4000-8000-000000000001', version: 1, pageId: 'b0000000-0000-4000-8000-000000000001' },
  ...{ round: 1, step: 1, principalId: 'user:rita', channel: 'EMAIL', state: 'SENDING', attempts: 1 },
  ...{ nextAttemptAt: null, leaseUntil: now, plannedAt: now, sentAt: null },
};
const call = (patch: Partial<Call>): Call => ({
  message,
  page: { id: message.pageId, number: 7, kind: 'CONFLICT', subjectId: 'c1', incidentId: 'i1' } as Call['page'],
  contact: null,
  incidentNumber: 3,
  isExercise: false,
  conflictKind: 'VERDICT_STALE',
  now,
  ...patch,
});

describe('the page of a conflict', () => {
  it('tells what kind it is, by mail and by webhook', () => {
    expect(renderPageMail(call({})).text).toContain('Kind:     VERDICT_STALE');
    expect(JSON.parse(renderPageWebhook(call({})))).toMatchObject({ data: { conflictKind: 'VERDICT_STALE' } });
  });

  it('I-35 of an exercise says so first, but for one that may be real', () => {
    expect(renderPageMail(call({ isExercise: true })).text).toMatch(/^Exercise: Decisions contradict/);
    const real = renderPageMail(call({ isExercise: true, conflictKind: 'EXERCISE_BUT_REAL' })).text;
    expect(real).toMatch(/^An incident is marked as an exercise .* may be real\./);
  });
});
