import { describe, expect, it } from '@jest/globals';
import { Channel, DeliveryState } from '@tocsin/contracts';
import { aDraft, later, now } from '../testing/a-notice.ts';
import {
  cancel,
  isEffective,
  isWaiting,
  leaseMs,
  mayHaveArrived,
  planMail,
  publish,
  settle,
  submit,
  type Delivery,
} from './delivery.ts';

const to = { contactId: 'c', address: 'it@x.example', role: 'SECURITY_CONTACT', fallback: false } as const;
const planned = { id: 'd', now, traceparent: null };
const aMail = (attempts = 0): Delivery =>
  Array.from({ length: attempts }).reduce<Delivery>(
    (delivery) => submit(delivery, now).state,
    planMail(aDraft(), to, 'mail.example', planned).state,
  );
const minute = 60_000;

describe('a delivery', () => {
  it('is planned with the address of the moment and a Message-ID of its own', () => {
    expect(aMail()).toMatchObject({
      state: 'PLANNED',
      version: 1,
      addressFrozen: to.address,
      messageId: '<d@mail.example>',
      nextAttemptAt: now,
    });
  });

  it('E-12 is SUBMITTING under a lease before the first byte is sent', () => {
    expect(aMail(1)).toMatchObject({
      state: 'SUBMITTING',
      attempt: 1,
      nextAttemptAt: null,
      leaseUntil: later(leaseMs),
    });
  });

  it('in a feed is there at once', () => {
    const { state } = publish(aDraft(), 'SERVICE_HEALTH_ADVISORY', planned);
    expect(state).toMatchObject({ state: 'DELIVERED', version: 1, settledAt: now, nextAttemptAt: null });
  });

  it.each([
    [
      { kind: 'accepted', replyCode: 250 },
      { state: 'ACCEPTED', replyCode: 250, settledAt: now, nextAttemptAt: null },
    ],
    [
      { kind: 'bounced', replyCode: 550 },
      { state: 'BOUNCED', replyCode: 550, settledAt: now, nextAttemptAt: null },
    ],
    [{ kind: 'in-doubt' }, { state: 'IN_DOUBT', replyCode: null, settledAt: null, nextAttemptAt: null }],
  ] as const)('%j settles it', (outcome, expected) => {
    expect(settle(aMail(1), outcome, now).state).toMatchObject({ ...expected, leaseUntil: null });
  });

  it.each([
    [1, 1 * minute, 1_000],
    [2, 5 * minute, 2_000],
    [3, 15 * minute, 4_000],
    [4, 60 * minute, 8_000],
    [9, 60 * minute, 1 * minute],
  ])('deferred after attempt %d waits %d ms, or %d ms if the server was never asked', (attempt, busy, absent) => {
    const next = (soon: boolean) =>
      settle(aMail(attempt), { kind: 'deferred', replyCode: soon ? null : 450, soon }, now).state;
    expect(next(false)).toMatchObject({ state: 'DEFERRED', leaseUntil: null, nextAttemptAt: later(busy) });
    expect(next(true)).toMatchObject({ state: 'DEFERRED', leaseUntil: null, nextAttemptAt: later(absent) });
  });

  it('I-28 only what reached the customer is effective: never a bounce, a doubt or a try', () => {
    const effective = Channel.options.flatMap((channel) =>
      DeliveryState.options.filter((state) => isEffective({ channel, state })).map((state) => `${channel} ${state}`),
    );
    expect(effective.sort()).toEqual([
      'EMAIL ACCEPTED',
      'EMAIL DELIVERED',
      'MESSAGE_CENTER_POST DELIVERED',
      'SERVICE_HEALTH_ADVISORY DELIVERED',
    ]);
  });

  it('I-7 is cancelled before it leaves, and not tried again', () => {
    expect(cancel(aMail(), now).state).toMatchObject({ state: 'CANCELLED', nextAttemptAt: null, settledAt: now });
  });

  it('I-7 waits, may have arrived, or is over without having arrived', () => {
    const kinds = DeliveryState.options.map((state) => {
      const delivery = { ...aMail(), state };
      expect(isWaiting(delivery) && mayHaveArrived(delivery)).toBe(false);
      return [state, isWaiting(delivery) ? 'waits' : mayHaveArrived(delivery) ? 'may have arrived' : 'over'];
    });
    expect(Object.fromEntries(kinds)).toEqual({
      ...{ PLANNED: 'waits', DEFERRED: 'waits', BOUNCED: 'over', FAILED: 'over', CANCELLED: 'over' },
      ...{ SUBMITTING: 'may have arrived', IN_DOUBT: 'may have arrived' },
      ...{ ACCEPTED: 'may have arrived', DELIVERED: 'may have arrived' },
    });
  });
});
