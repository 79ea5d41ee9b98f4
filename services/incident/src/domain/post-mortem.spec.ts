import { describe, expect, it } from '@jest/globals';
import type { PostMortemState } from '@tocsin/contracts';
import {
  anIncident,
  anIncidentInClose,
  asLegal,
  asManager,
  asPrivacyOfficer,
  grounds,
  idOf,
  later,
  nothingKnown,
  refusalOf,
} from './an-incident.ts';
import { close } from './closing.ts';
import { approve, complete, recordSopVersion } from './post-mortem-approval.ts';
import { blank, giveBack, save, submit, type DraftOrder } from './post-mortem-draft.ts';
import { approveSummary, saveSummary } from './post-mortem-summary.ts';
import type { PostMortem } from './post-mortem.ts';

const incident = anIncident({ stage: 'STABILIZE' });
const yes = { answer: true, why: 'in time' };
const update = { sop: 'revoke keys', fromVersion: '3', toVersion: null, owner: 'user:eng', dueAt: later };
const order: DraftOrder = {
  details: 'A key was in the repository.',
  responseSufficient: yes,
  proceduresSufficient: { answer: false, why: 'no scan' },
  sopUpdates: [update],
  noUpdateReason: null,
};

const drafted = (patch: Partial<DraftOrder> = {}, act = asPrivacyOfficer): PostMortem =>
  save(blank(incident, idOf(70)), { ...order, ...patch }, act).state;
const inReview = (patch: Partial<DraftOrder> = {}, act = asPrivacyOfficer): PostMortem =>
  submit(drafted(patch, act), act).state;
const approving = (postMortem: PostMortem) => approve(incident, postMortem, grounds, asManager);
const inState = (state: PostMortemState): PostMortem => ({ ...drafted(), state });

describe('the states of a post-mortem', () => {
  it('R-28 DRAFT, REVIEW, back to DRAFT, ACTIONS_OPEN, COMPLETE', () => {
    expect(drafted()).toMatchObject({ version: 1, state: 'DRAFT', authorIds: ['user:pia'] });
    const returned = giveBack(incident, inReview(), grounds, asManager);
    expect(returned).toMatchObject({ state: { state: 'DRAFT' }, decisions: [{ value: 'RETURNED' }] });
    const { state, decisions } = approving(inReview());
    expect(state).toMatchObject({ state: 'ACTIONS_OPEN', approvedBy: 'user:ima' });
    expect(decisions).toMatchObject([{ value: 'APPROVED', role: 'INCIDENT_MANAGER', reason: grounds.reason }]);
    const recorded = recordSopVersion(state, { sop: update.sop, toVersion: '4' }, asManager).state;
    expect(complete(recorded, asManager).state).toMatchObject({ state: 'COMPLETE', sopUpdates: [{ toVersion: '4' }] });
  });

  it('R-28 without an open update it is APPROVED, and may be completed at once', () => {
    const { state } = approving(inReview({ sopUpdates: [{ ...update, toVersion: '4' }] }));
    expect(state.state).toBe('APPROVED');
    expect(complete(state, asManager).state.state).toBe('COMPLETE');
  });

  const commands = {
    save: { allowed: ['DRAFT'], run: (from: PostMortem) => save(from, order, asPrivacyOfficer) },
    submit: { allowed: ['DRAFT'], run: (from: PostMortem) => submit(from, asManager) },
    giveBack: { allowed: ['REVIEW'], run: (from: PostMortem) => giveBack(incident, from, grounds, asManager) },
    approve: { allowed: ['REVIEW'], run: approving },
    recordSopVersion: {
      allowed: ['ACTIONS_OPEN'],
      run: (from: PostMortem) => recordSopVersion(from, { sop: update.sop, toVersion: '4' }, asManager),
    },
    complete: {
      allowed: ['APPROVED', 'ACTIONS_OPEN'],
      run: (from: PostMortem) => complete({ ...from, sopUpdates: [] }, asManager),
    },
    approveSummary: {
      allowed: ['APPROVED', 'ACTIONS_OPEN', 'COMPLETE'],
      run: (from: PostMortem) =>
        approveSummary(incident, saveSummary(from, { text: 'a key leaked' }, asManager).state, grounds, asLegal),
    },
  } as const;
  it.each(Object.entries(commands))('R-28 %s in any other state is POST_MORTEM_STATE', (_, { allowed, run }) => {
    for (const state of ['DRAFT', 'REVIEW', 'APPROVED', 'ACTIONS_OPEN', 'COMPLETE'] as const) {
      const isAllowed = (allowed as readonly string[]).includes(state);
      expect([state, refusalOf(() => run(inState(state)))]).toEqual([
        state,
        isAllowed ? 'not refused' : 'POST_MORTEM_STATE',
      ]);
    }
  });

  it('R-74 events say which and how far, and carry no text', () => {
    const { events } = saveSummary(drafted(), { text: 'a key leaked' }, asManager);
    expect(events.map(({ data }) => Object.keys(data).sort())).toEqual([
      ['at', 'incidentId', 'postMortemId', 'state', 'summaryId'],
    ]);
  });
});

describe('the approval', () => {
  it('R-72 needs both answers', () => {
    expect(refusalOf(() => approving(inReview({ responseSufficient: null })))).toBe('SUFFICIENCY_UNANSWERED');
    expect(refusalOf(() => approving(inReview({ proceduresSufficient: null })))).toBe('SUFFICIENCY_UNANSWERED');
  });

  it('I-31 needs the list of procedures, or why it is empty', () => {
    expect(refusalOf(() => approving(inReview({ sopUpdates: [] })))).toBe('SOP_LIST_REQUIRED');
    const { state } = approving(inReview({ sopUpdates: [], noUpdateReason: 'they held' }));
    expect(state.state).toBe('APPROVED');
  });

  it('R-75 is by nobody who ever saved it', () => {
    const twice = save(drafted({}, asManager), order, asPrivacyOfficer).state;
    expect(twice.authorIds).toEqual(['user:ima', 'user:pia']);
    expect(refusalOf(() => approving(submit(twice, asPrivacyOfficer).state))).toBe('SAME_PERSON_REFUSED');
  });

  it('I-1 needs a reason and known evidence', () => {
    const attempt = (patch: object) =>
      refusalOf(() => approve(incident, inReview(), { ...grounds, ...patch }, asManager));
    expect(attempt({ reason: ' ' })).toBe('REASON_REQUIRED');
    expect(attempt({ evidenceIds: [idOf(5)] })).toBe('EVIDENCE_UNKNOWN');
    expect(refusalOf(() => giveBack(incident, inReview(), { ...grounds, reason: '' }, asManager))).toBe(
      'REASON_REQUIRED',
    );
  });

  it('R-73 is not COMPLETE while a procedure lacks its new version', () => {
    expect(refusalOf(() => complete(approving(inReview()).state, asManager))).toBe('SOP_UPDATE_OPEN');
  });

  it('R-73 a version is recorded only for a procedure of the list', () => {
    const attempt = (sop: string, toVersion: string) =>
      refusalOf(() => recordSopVersion(approving(inReview()).state, { sop, toVersion }, asManager));
    expect(attempt('another', '4')).toBe('NOT_FOUND');
    expect(attempt(update.sop, ' ')).toBe('INVALID_INPUT');
  });
});

describe('the draft', () => {
  it.each<[string, Partial<DraftOrder>]>([
    ['no details', { details: ' ' }],
    ['too long details', { details: 'x'.repeat(50_001) }],
    ['an answer without a why', { responseSufficient: { answer: true, why: '' } }],
    ['an update without an owner', { sopUpdates: [{ ...update, owner: '' }] }],
    ['a procedure twice', { sopUpdates: [update, update] }],
    ['an empty reason for no update', { noUpdateReason: '' }],
  ])('I-32 refuses %s', (_, patch) => {
    expect(refusalOf(() => drafted(patch))).toBe('INVALID_INPUT');
  });
});

describe('the summary', () => {
  const approved = approving(inReview()).state;
  const written = saveSummary(approved, { text: 'a key leaked' }, asPrivacyOfficer).state;

  it('R-75 is approved by LEGAL, not by an author of it', () => {
    const { state } = approveSummary(incident, written, grounds, asLegal);
    expect(state.summary).toMatchObject({ approvedBy: 'user:leo' });
    const byLegal = saveSummary(written, { text: 'a key was found' }, asLegal).state;
    expect(refusalOf(() => approveSummary(incident, byLegal, grounds, asLegal))).toBe('SAME_PERSON_REFUSED');
    expect(refusalOf(() => approveSummary(incident, written, grounds, asManager))).toBe('FORBIDDEN');
    expect(refusalOf(() => approveSummary(incident, approved, grounds, asLegal))).toBe('NOT_FOUND');
  });

  it('R-75 a new text has a new id, and is not approved', () => {
    const { state } = approveSummary(incident, written, grounds, asLegal);
    const again = saveSummary(state, { text: 'two keys leaked' }, asPrivacyOfficer).state;
    expect(again.summary?.approvedBy).toBeNull();
    expect(again.summary?.id).not.toBe(state.summary?.id);
  });
});

describe('closing a data breach', () => {
  const closing = (postMortem: PostMortemState | null) =>
    refusalOf(() =>
      close(
        anIncidentInClose('STABILIZE'),
        { ...grounds, disposition: 'RESOLVED' },
        { ...nothingKnown, crspi: 'DECLARED', postMortem },
        asManager,
      ),
    );

  it('R-28 needs an approved post-mortem', () => {
    for (const state of [null, 'DRAFT', 'REVIEW'] as const) expect(closing(state)).toBe('POST_MORTEM_REQUIRED');
    for (const state of ['APPROVED', 'COMPLETE'] as const) expect(closing(state)).toBe('not refused');
  });

  it('I-32 does not wait for its actions', () => {
    expect(closing('ACTIONS_OPEN')).toBe('not refused');
  });
});
