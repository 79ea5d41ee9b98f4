import { describe, expect, it } from '@jest/globals';
import { idOf, now } from './an-incident.ts';
import { claimMessage, leaseMs, planMessage, settleMessage, type PageMessage } from './page-message.ts';
import { openPage } from './page.ts';

const { state: page } = openPage(
  { kind: 'INCIDENT_OPENED', incidentId: idOf(1), exerciseId: null, subjectId: idOf(1) },
  { id: idOf(2), number: 7, now },
);
const planned = planMessage(page, { principalId: 'user:rea', channel: 'EMAIL' }, { now, newId: () => idOf(3) }).state;
const after = (ms: number): Date => new Date(now.getTime() + ms);

describe('a message of a page', () => {
  it('is due at once, and holds no address', () => {
    expect(planned).toMatchObject({ version: 1, state: 'PLANNED', attempts: 0, nextAttemptAt: now });
    expect(JSON.stringify(planned)).not.toContain('@');
  });

  it('is claimed with a lease before it is sent', () => {
    expect(claimMessage(planned, now).state).toMatchObject({
      state: 'SENDING',
      attempts: 1,
      nextAttemptAt: null,
      leaseUntil: after(leaseMs),
    });
  });

  it('is sent, or refused for good', () => {
    const sending = claimMessage(planned, now).state;
    expect(settleMessage(sending, 'sent', now).state).toMatchObject({ state: 'SENT', sentAt: now, leaseUntil: null });
    expect(settleMessage(sending, 'refused', now).state).toMatchObject({ state: 'FAILED', nextAttemptAt: null });
  });

  it('after a failure is tried again, ever more seldom, and not without end', () => {
    const pauses: number[] = [];
    let message: PageMessage = planned;
    while (message.state === 'PLANNED') {
      message = settleMessage(claimMessage(message, now).state, 'failed', now).state;
      if (message.nextAttemptAt !== null) pauses.push((message.nextAttemptAt.getTime() - now.getTime()) / 1_000);
    }
    expect(pauses).toEqual([1, 5, 15, 30, 60, 120, 300]);
    expect(message).toMatchObject({ state: 'FAILED', attempts: 8 });
  });
});
