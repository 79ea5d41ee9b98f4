import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { NoticeState } from '@tocsin/contracts';
import { aDraft, adviser, anOrder, aScope, author, now, refusalOf } from '../testing/a-notice.ts';
import { approve, draft, type Act, type Notice } from './notice.ts';
import { notYetKnown } from './rendering.ts';
import { cancelNotice, isToBeWithdrawn, isUnsent, sendWithdrawal, supersede, withdraw } from './withdrawal.ts';

const service: Act = { ...author, by: 'service:notification', role: 'service' };
const order = { id: '2c000000-0000-4000-8000-000000000002', tenantName: 'Contoso' };
const aSent = (patch: Partial<Notice> = {}): Notice => ({ ...aDraft(), state: 'SENT', sentAt: now, ...patch });
const aWithdrawal = (): Notice => withdraw(aSent(), order, service).state;

describe('the withdrawal of a notice', () => {
  it('I-7 is a draft to the same tenant that follows what was sent', () => {
    const sent = aSent();
    const { state, events } = withdraw(sent, order, service);
    expect(state).toMatchObject({
      ...{ phase: 'WITHDRAWAL', follows: sent.id, state: 'DRAFT', version: 1, authorId: 'service:notification' },
      ...{ tenantId: sent.tenantId, incidentId: sent.incidentId, approvedBy: null, sentAt: null },
    });
    expect(state.sha256).toBe(createHash('sha256').update(state.body, 'utf8').digest('hex'));
    expect(events).toEqual([expect.objectContaining({ data: expect.objectContaining({ phase: 'WITHDRAWAL' }) })]);
  });

  it('I-7 says what is withdrawn and why, and where to ask', () => {
    const { body } = aWithdrawal();
    for (const said of [
      'To Contoso',
      'Withdrawal of a notice of a data breach',
      'Our notice of a data breach (initial) of 2026-11-20, 09:00 UTC.',
      'Mailbox contents were read.',
      'We have retracted the declaration',
      'security@provider.example',
    ])
      expect(body).toContain(said);
    expect(body).not.toContain('Rotate your keys.');
  });

  it('I-26 of a notice to X holds no canary of Y', () => {
    const told = (tenant: string): Notice => {
      const fields = {
        ...aDraft().fields,
        nature: `canary-${tenant}-nature`,
        contactPoint: `canary-${tenant}-contact`,
      };
      const sent = draft(aScope({ tenantId: tenant }), anOrder({ fields }), author).state;
      return withdraw(sent, { ...order, tenantName: `canary-${tenant}-name` }, service).state;
    };
    const { body } = told('x');
    for (const word of ['name', 'nature', 'contact']) expect(body).toContain(`canary-x-${word}`);
    expect(told('y').body).not.toContain('canary-x');
  });

  it('R-87 says in words what that notice did not know', () => {
    const fields = { ...aDraft().fields, nature: notYetKnown };
    expect(withdraw(aSent({ fields }), order, service).state.body).not.toContain(notYetKnown);
  });

  it.each(NoticeState.options)('I-25 in %s is sent only once approved', (state) => {
    const code = refusalOf(() => sendWithdrawal({ ...aWithdrawal(), state }, author));
    const waiting = state === 'DRAFT' || state === 'IN_REVIEW' ? 'NOTICE_NOT_APPROVED' : 'NOTICE_STATE_REFUSED';
    expect(code).toBe(state === 'APPROVED' ? 'not refused' : waiting);
  });

  it('R-60 is approved and sent like any other notice', () => {
    const approved = approve(aWithdrawal(), adviser).state;
    expect(sendWithdrawal(approved, author).state).toMatchObject({ state: 'SENT', sentAt: now, version: 3 });
  });
});

describe('what a retraction does to a notice', () => {
  it.each(NoticeState.options)('I-7 in %s', (state) => {
    const notice = { ...aDraft(), state };
    const fate = isToBeWithdrawn(notice, [notice]) ? 'withdrawn' : isUnsent(notice) ? 'cancelled' : 'none';
    const expected: Partial<Record<NoticeState, string>> = {
      ...{ DRAFT: 'cancelled', IN_REVIEW: 'cancelled', APPROVED: 'cancelled', SENT: 'withdrawn' },
    };
    expect(fate).toBe(expected[state] ?? 'none');
    expect([cancelNotice(notice, now).state.state, supersede(notice, now).state.state]).toEqual([
      'CANCELLED',
      'SUPERSEDED',
    ]);
  });

  it('I-7 is nothing, if a withdrawal follows it already or if it is one', () => {
    const [sent, withdrawal] = [aSent(), aWithdrawal()];
    expect(isToBeWithdrawn(sent, [sent, withdrawal])).toBe(false);
    for (const state of NoticeState.options) {
      const one: Notice = { ...withdrawal, state };
      expect([isToBeWithdrawn(one, [one]), isUnsent(one)]).toEqual([false, false]);
    }
  });
});
