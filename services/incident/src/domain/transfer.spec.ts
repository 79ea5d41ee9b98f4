import { describe, expect, it } from '@jest/globals';
import {
  anIncident,
  asEngineer,
  asLegal,
  asManager,
  asResponder,
  evidenceId,
  idOf,
  now,
  refusalOf,
} from './an-incident.ts';
import { approve, execute, expire, mustBeLeaving, reject, request, stateAt, type Transfer } from './transfer.ts';

const sha256 = 'a'.repeat(64);
const items = [{ ref: evidenceId, sha256 }];
const order = { transferId: idOf(7), ticketId: 'T-1', destination: 'lab.example', purpose: 'malware analysis' };
const stored = new Map([[evidenceId, sha256]]);
const text = { approvalText: 'Yes, the image of this one host.', expiresAt: null };
const after = (ms: number): Date => new Date(now.getTime() + ms);
const day = 24 * 3_600_000;
const at = (act: typeof asManager, ms: number) => ({ ...act, now: after(ms) });

const requested = (): Transfer => request(anIncident(), order, items, asEngineer).state;
const approved = (): Transfer => approve(requested(), text, asManager).state;

describe('a transfer', () => {
  it('I-35 of an exercise says so in all that it announces', () => {
    const { state, events } = request(anIncident({ exerciseId: idOf(70) }), order, items, asEngineer);
    const all = [...events, ...approve(state, text, asManager).events, ...expire(state, now).events];
    expect(all.map(({ data }) => data)).toEqual(Array(3).fill(expect.objectContaining({ exerciseId: idOf(70) })));
    expect(expire(requested(), now).events[0]?.data).not.toHaveProperty('exerciseId');
  });

  it('R-62 goes from the request by the approval to the execution', () => {
    expect(requested()).toMatchObject({
      state: 'REQUESTED',
      requestedBy: 'user:eng',
      expiresAt: after(day),
      version: 1,
    });
    const { state, events, decisions } = approve(requested(), text, asManager);
    expect(state).toMatchObject({ state: 'APPROVED', approvedBy: 'user:ima', ...{ approvalText: text.approvalText } });
    expect(events[0]?.data).toMatchObject({
      transferId: idOf(7),
      state: 'APPROVED',
      expiresAt: after(day).toISOString(),
    });
    const decision = { kind: 'transfer', value: 'APPROVED', role: 'INCIDENT_MANAGER', evidenceIds: [evidenceId] };
    expect(decisions).toEqual([expect.objectContaining({ ...decision, reason: text.approvalText })]);
    expect(execute(state, stored, asEngineer).state).toMatchObject({ state: 'EXECUTED', executedBy: 'user:eng' });
  });

  it.each([
    ['no evidence', [], {}],
    ['too much', Array.from({ length: 101 }, () => items[0]!), {}],
    ['no destination', items, { destination: ' ' }],
    ['no purpose', items, { purpose: '' }],
    ['no ticket', items, { ticketId: '' }],
    ['a long destination', items, { destination: 'x'.repeat(501) }],
  ])('is not requested with %s', (_, what, patch) => {
    expect(refusalOf(() => request(anIncident(), { ...order, ...patch }, what, asEngineer))).toBe('INVALID_INPUT');
  });

  it('S-5 is not approved by who requested it', () => {
    const own = request(anIncident(), order, items, asManager).state;
    expect(refusalOf(() => approve(own, text, asManager))).toBe('SAME_PERSON_REFUSED');
  });

  it.each([
    ['without a text', { approvalText: ' ' }, 'APPROVAL_TEXT_REQUIRED'],
    ['for longer than 24 hours', { expiresAt: after(day + 1) }, 'INVALID_INPUT'],
    ['for the past', { expiresAt: now }, 'TIME_ORDER_INVALID'],
  ])('S-46 is not approved %s', (_, patch, code) => {
    expect(refusalOf(() => approve(requested(), { ...text, ...patch }, asManager))).toBe(code);
  });

  it('is approved by nobody but an incident manager', () => {
    for (const act of [asResponder, asLegal])
      expect(refusalOf(() => approve(requested(), text, act))).toBe('FORBIDDEN');
  });

  it('is decided once', () => {
    const rejected = reject(requested(), { reason: 'too much' }, asManager).state;
    for (const transfer of [rejected, approved()]) {
      expect(refusalOf(() => approve(transfer, text, asManager))).toBe('TRANSFER_DECIDED');
      expect(refusalOf(() => reject(transfer, { reason: 'no' }, asManager))).toBe('TRANSFER_DECIDED');
    }
    expect(refusalOf(() => reject(requested(), { reason: '' }, asManager))).toBe('REASON_REQUIRED');
  });
});

describe('what leaves by a transfer', () => {
  it('R-62 nothing, unless it is approved, and once', () => {
    const rejected = reject(requested(), { reason: 'too much' }, asManager).state;
    const done = execute(approved(), stored, asEngineer).state;
    for (const transfer of [requested(), rejected, done])
      expect(refusalOf(() => execute(transfer, stored, asEngineer))).toBe('TRANSFER_NOT_APPROVED');
    for (const transfer of [requested(), rejected, approved()])
      expect(refusalOf(() => mustBeLeaving(transfer, items[0]!, sha256, now))).toBe('TRANSFER_NOT_APPROVED');
  });

  it('S-46 nothing from its end on, to the second', () => {
    const end = after(3_600_000);
    const transfer = approve(requested(), { ...text, expiresAt: end }, asManager).state;
    expect(execute(transfer, stored, at(asEngineer, 3_599_000)).state.state).toBe('EXECUTED');
    expect(refusalOf(() => execute(transfer, stored, at(asEngineer, 3_600_000)))).toBe('TRANSFER_EXPIRED');
    const leaving = execute(transfer, stored, asEngineer).state;
    expect(() => mustBeLeaving(leaving, items[0]!, sha256, after(3_599_000))).not.toThrow();
    expect(refusalOf(() => mustBeLeaving(leaving, items[0]!, sha256, end))).toBe('TRANSFER_EXPIRED');
  });

  it('a request that nobody answers for a day can no longer be answered', () => {
    expect(refusalOf(() => approve(requested(), text, at(asManager, day)))).toBe('TRANSFER_EXPIRED');
    expect(stateAt(requested(), after(day - 1))).toBe('REQUESTED');
    expect(stateAt(requested(), after(day))).toBe('EXPIRED');
    expect(stateAt(execute(approved(), stored, asEngineer).state, after(day))).toBe('EXECUTED');
    expect(expire(requested(), after(day)).events[0]?.data).toMatchObject({ state: 'EXPIRED' });
  });

  it('S-46 nothing that has another digest than was approved, or is gone', () => {
    const other = new Map([[evidenceId, 'b'.repeat(64)]]);
    for (const content of [other, new Map<string, string>()])
      expect(refusalOf(() => execute(approved(), content, asEngineer))).toBe('TRANSFER_CONTENT_CHANGED');
    const leaving = execute(approved(), stored, asEngineer).state;
    expect(refusalOf(() => mustBeLeaving(leaving, items[0]!, 'b'.repeat(64), now))).toBe('TRANSFER_CONTENT_CHANGED');
  });
});
