import { describe, expect, it } from '@jest/globals';
import { CinState, NoticeState, ScopeStatus } from '@tocsin/contracts';
import { aDraft, adviser, anOrder, aScope, author, fields, now, refusalOf } from '../testing/a-notice.ts';
import { notStarted, type Cin } from './cin.ts';
import { approve, draft, DraftPhase, send, type Notice } from './notice.ts';
import { notYetKnown, requiredFields } from './rendering.ts';

const drafting = (patch: object, phase: DraftPhase = 'INITIAL') =>
  refusalOf(() => draft(aScope(), anOrder({ phase, fields: { ...fields, ...patch } }), author));

describe('a draft', () => {
  it.each(requiredFields)('R-82 needs %s', (name) => {
    for (const blank of ['', ' \n']) expect(drafting({ [name]: blank })).toBe('FIELD_MISSING');
  });

  it('R-82 needs an action that the customer can take', () => {
    expect(drafting({ recommendedActions: [] })).toBe('ACTION_REQUIRED');
    expect(drafting({ recommendedActions: ['  '] })).toBe('ACTION_REQUIRED');
    expect(drafting({ recommendedActions: ['', 'Rotate your keys.'] })).toBe('not refused');
  });

  it.each(requiredFields)('R-87 I-29 %s may be unknown in INITIAL and FOLLOW_UP, not in FINAL', (name) => {
    const patch = { [name]: notYetKnown };
    expect(DraftPhase.options.map((phase) => drafting(patch, phase))).toEqual([
      'not refused',
      'not refused',
      'FIELD_MISSING',
    ]);
  });

  it.each(ScopeStatus.options)('I-27 of a tenant whose scope is %s', (status) => {
    const code = refusalOf(() => draft(aScope({ status }), anOrder(), author));
    expect(code).toBe(status === 'RULED_OUT' ? 'FOREIGN_SCOPE' : 'not refused');
  });

  it('R-81 of a tenant without a scope is FOREIGN_SCOPE', () => {
    expect(refusalOf(() => draft(null, anOrder(), author))).toBe('FOREIGN_SCOPE');
  });
});

describe('approval', () => {
  it('S-5 by the author is SAME_PERSON_REFUSED, in whatever role', () => {
    expect(refusalOf(() => approve(aDraft(), { ...adviser, by: author.by }))).toBe('SAME_PERSON_REFUSED');
  });

  it('R-60 is a decision about exactly these bytes', () => {
    const notice = aDraft();
    const { state, decisions } = approve(notice, adviser);
    expect(state).toMatchObject({ state: 'APPROVED', approvedBy: adviser.by, sha256: notice.sha256 });
    const value = { noticeId: notice.id, noticeVersion: 1, sha256: notice.sha256 };
    expect(decisions).toEqual([
      expect.objectContaining({ kind: 'noticeApproval', value, actorId: adviser.by, reason: adviser.reason }),
    ]);
  });

  it.each(NoticeState.options.filter((state) => state !== 'DRAFT'))('of a notice in %s is refused', (state) => {
    expect(refusalOf(() => approve({ ...aDraft(), state }, adviser))).toBe('NOTICE_STATE_REFUSED');
  });
});

describe('sending', () => {
  const approved = (): Notice => approve(aDraft(), adviser).state;
  const cinIn = (state: CinState): Cin => ({ ...notStarted('i'), state, declaredAt: now });
  const gates = { scope: aScope(), cin: cinIn('EXECUTING'), holdIds: [], unresolved: false };

  it.each(NoticeState.options)('I-25 a notice in %s', (state) => {
    const expected: Partial<Record<NoticeState, string>> = {
      DRAFT: 'NOTICE_NOT_APPROVED',
      IN_REVIEW: 'NOTICE_NOT_APPROVED',
      APPROVED: 'not refused',
    };
    const code = refusalOf(() => send({ ...approved(), state }, gates, author));
    expect(code).toBe(expected[state] ?? 'NOTICE_STATE_REFUSED');
  });

  it.each(CinState.options)('R-53 while the process is %s', (state) => {
    const code = refusalOf(() => send(approved(), { ...gates, cin: cinIn(state) }, author));
    expect(code).toBe(state === 'EXECUTING' || state === 'FULFILLED' ? 'not refused' : 'EXECUTION_NOT_AUTHORIZED');
  });

  it('R-53 while it is HELD, what no hold stops leaves if G4 was passed before or meanwhile', () => {
    const held = (heldFrom: 'DECLARED' | 'EXECUTING'): Cin => ({ ...cinIn('HELD'), heldFrom });
    const code = (cin: Cin) => refusalOf(() => send(approved(), { ...gates, cin }, author));
    expect([code(held('DECLARED')), code(held('EXECUTING'))]).toEqual(['EXECUTION_NOT_AUTHORIZED', 'not refused']);
  });

  it('R-85 what an ACTIVE hold stops is HOLD_ACTIVE, and the hold is named', () => {
    const sending = () => send(approved(), { ...gates, holdIds: ['h'] }, author);
    expect(sending).toThrow(expect.objectContaining({ code: 'HOLD_ACTIVE', details: { holdIds: ['h'] } }));
  });

  it('I-7 R-53 once the declaration is retracted, G4 has fallen', () => {
    const cin = { ...cinIn('EXECUTING'), declaredAt: null, retractedAt: now };
    expect(refusalOf(() => send(approved(), { ...gates, cin }, author))).toBe('EXECUTION_NOT_AUTHORIZED');
  });

  it.each(ScopeStatus.options)('I-27 to a tenant whose scope is %s', (status) => {
    const code = refusalOf(() => send(approved(), { ...gates, scope: aScope({ status }) }, author));
    expect(code).toBe(status === 'LIKELY' || status === 'CONFIRMED' ? 'not refused' : 'TENANT_RULED_OUT');
  });

  it('I-27 to a tenant that has no scope any more is TENANT_RULED_OUT', () => {
    expect(refusalOf(() => send(approved(), { ...gates, scope: null }, author))).toBe('TENANT_RULED_OUT');
  });

  it('I-28 an unresolved recipient is an alarm, and the notice remembers it', () => {
    const types = (unresolved: boolean) => send(approved(), { ...gates, unresolved }, author).events.length;
    expect([types(false), types(true)]).toEqual([1, 2]);
    expect(send(approved(), { ...gates, unresolved: true }, author).state.unresolved).toBe(true);
  });
});
