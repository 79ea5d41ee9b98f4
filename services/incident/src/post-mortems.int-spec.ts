import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import type { StaffRole } from '@tocsin/contracts';
import { aPrincipal } from '@tocsin/testkit';
import type { PostMortem } from './domain/post-mortem.ts';
import { handlers } from './events.ts';
import * as incidents from './incidents.ts';
import { listPostMortems, type VisiblePostMortem } from './post-mortem-reads.ts';
import * as postMortems from './post-mortems.ts';
import { saveStaffMember } from './staff.ts';
import { admin, createBench, legal, manager, meta, responder, type Bench } from './testing/bench.ts';
import { reachClose } from './testing/reach-close.ts';

const officer = aPrincipal('PRIVACY_OFFICER');
const at = '2026-11-20T10:00:00.000Z';
const grounds = { reason: 'as found', evidenceIds: [] };
const secret = 'The key of Contoso was in the repository.';
const update = { sop: 'revoke keys', fromVersion: '3', toVersion: null, owner: 'user:eng', dueAt: new Date(at) };
const text = {
  details: secret,
  responseSufficient: { answer: true, why: 'in time' },
  proceduresSufficient: { answer: false, why: 'no scan' },
  sopUpdates: [update],
  noUpdateReason: null,
};

let bench: Bench;
let incidentId: string;
beforeAll(async () => {
  bench = await createBench();
  const entry = { principalId: officer.id, name: 'officer', roles: ['PRIVACY_OFFICER'] as const, onCall: false };
  await bench.write(admin, (tx) => saveStaffMember(tx, entry));
});
afterAll(() => bench.database.drop());
beforeEach(async () => {
  ({ id: incidentId } = await bench.anIncident());
  await join(legal, 'LEGAL');
  await join(officer, 'PRIVACY_OFFICER');
});

async function join(person: Principal, role: StaffRole): Promise<void> {
  const { version: expectedVersion } = await bench.seen(incidentId);
  const order = { incidentId, expectedVersion, ...grounds, role, principalId: person.id, until: null };
  await bench.write(manager, (tx) => incidents.assignMember(tx, order));
}

const target = (expectedVersion: number) => ({ incidentId, expectedVersion, ...grounds });
const save = (expectedVersion = 0, by = officer): Promise<PostMortem> =>
  bench.write(by, (tx) => postMortems.savePostMortem(tx, { ...target(expectedVersion), ...text }));

/** Saved, submitted and approved: version 3, in ACTIONS_OPEN. */
async function anApproved(): Promise<PostMortem> {
  await save();
  await bench.write(officer, (tx) => postMortems.submitPostMortem(tx, target(1)));
  return bench.write(manager, (tx) => postMortems.approvePostMortem(tx, target(2)));
}

/** Changes the row of this incident without asking the service. */
const pastTheRules = (assignment: string): Promise<unknown> =>
  bench.database.admin(`update post_mortem set ${assignment} where incident_id = $1`, [incidentId]);

const visibleTo = async (by: Principal): Promise<VisiblePostMortem | undefined> =>
  (await bench.look(by, (tx) => listPostMortems(tx, [incidentId])))[0];

describe('a post-mortem', () => {
  it('R-28 goes from the draft to COMPLETE, and comes back as it was told', async () => {
    await save();
    await bench.write(officer, (tx) => postMortems.submitPostMortem(tx, target(1)));
    await bench.write(manager, (tx) => postMortems.returnPostMortem(tx, target(2)));
    await save(3);
    await bench.write(officer, (tx) => postMortems.submitPostMortem(tx, target(4)));
    await bench.write(manager, (tx) => postMortems.approvePostMortem(tx, target(5)));
    const version = { ...target(6), sop: update.sop, toVersion: '4' };
    await bench.write(officer, (tx) => postMortems.recordSopVersion(tx, version));
    const done = await bench.write(manager, (tx) => postMortems.completePostMortem(tx, target(7)));
    expect((await visibleTo(officer))?.whole).toEqual(done);
    expect(done).toMatchObject({
      ...text,
      version: 8,
      state: 'COMPLETE',
      authorIds: [officer.id],
      approvedBy: manager.id,
      sopUpdates: [{ ...update, toVersion: '4' }],
    });
    expect(await bench.eventsOf(done.id)).toEqual(Array.from({ length: 8 }, () => 'PostMortemChanged'));
  });

  it('R-72 is not approved with an answer missing, and R-73 not completed with an update open', async () => {
    const order = { ...target(0), ...text, responseSufficient: null };
    await bench.write(officer, (tx) => postMortems.savePostMortem(tx, order));
    await bench.write(officer, (tx) => postMortems.submitPostMortem(tx, target(1)));
    const approving = () => bench.write(manager, (tx) => postMortems.approvePostMortem(tx, target(2)));
    await expect(approving()).rejects.toMatchObject({ code: 'SUFFICIENCY_UNANSWERED' });
    await bench.write(manager, (tx) => postMortems.returnPostMortem(tx, target(2)));
    await save(3);
    await bench.write(officer, (tx) => postMortems.submitPostMortem(tx, target(4)));
    await bench.write(manager, (tx) => postMortems.approvePostMortem(tx, target(5)));
    const completing = bench.write(manager, (tx) => postMortems.completePostMortem(tx, target(6)));
    await expect(completing).rejects.toMatchObject({ code: 'SOP_UPDATE_OPEN' });
    await expect(pastTheRules(`state = 'COMPLETE'`)).rejects.toMatchObject({
      constraint: 'post_mortem_complete_check',
    });
    await expect(pastTheRules('response_sufficient = null')).rejects.toMatchObject({
      constraint: 'post_mortem_answered_check',
    });
  });

  it('I-31 is not approved without a list of procedures, or a reason for none', async () => {
    await bench.write(officer, (tx) => postMortems.savePostMortem(tx, { ...target(0), ...text, sopUpdates: [] }));
    await bench.write(officer, (tx) => postMortems.submitPostMortem(tx, target(1)));
    const approving = bench.write(manager, (tx) => postMortems.approvePostMortem(tx, target(2)));
    await expect(approving).rejects.toMatchObject({ code: 'SOP_LIST_REQUIRED' });
  });

  it('R-75 is not approved by its author, in the database either', async () => {
    await save(0, manager);
    await bench.write(manager, (tx) => postMortems.submitPostMortem(tx, target(1)));
    const approving = bench.write(manager, (tx) => postMortems.approvePostMortem(tx, target(2)));
    await expect(approving).rejects.toMatchObject({ code: 'SAME_PERSON_REFUSED' });
    await expect(pastTheRules(`state = 'APPROVED', approved_by = author_ids[1]`)).rejects.toMatchObject({
      constraint: 'post_mortem_two_people_check',
    });
    await expect(pastTheRules(`state = 'APPROVED'`)).rejects.toMatchObject({
      constraint: 'post_mortem_approved_check',
    });
  });

  it('H-5 of two that are begun at once one stays; a stale version is refused', async () => {
    const outcomes = await Promise.allSettled([save(), save(0, legal)]);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONCURRENT_CHANGE' },
    });
    await expect(save()).rejects.toMatchObject({ code: 'CONCURRENT_CHANGE' });
    await expect(save(1)).resolves.toMatchObject({ version: 2 });
  });

  it('R-28 a state that does not allow it refuses; what is not there is not found', async () => {
    const approving = () => bench.write(manager, (tx) => postMortems.approvePostMortem(tx, target(1)));
    await expect(approving()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await save();
    await expect(approving()).rejects.toMatchObject({ code: 'POST_MORTEM_STATE' });
  });
});

describe('who may know', () => {
  it('R-74 its reviewers read and write it; other members and strangers do not', async () => {
    await save();
    for (const by of [manager, legal, officer]) expect((await visibleTo(by))?.whole).toMatchObject(text);
    expect(await visibleTo(responder)).toMatchObject({ whole: null, summary: null });
    for (const by of [aPrincipal('PARTNER'), aPrincipal('LEGAL', { id: 'user:lee' }), admin])
      expect((await visibleTo(by))?.whole ?? null).toBeNull();
    expect(await visibleTo(aPrincipal('CUSTOMER_ADMIN'))).toBeUndefined();
    await expect(save(1, responder)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(save(1, aPrincipal('LEGAL', { id: 'user:lee' }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('R-74 its text is in no event and in no audit entry', async () => {
    await anApproved();
    await bench.write(officer, (tx) => postMortems.saveSummary(tx, { ...target(3), text: secret }));
    for (const table of ['outbox', 'audit', 'command']) {
      const rows = await bench.database.admin<{ row: string }>(`select t::text as row from ${table} t`);
      expect([table, rows.some(({ row }) => row.includes('Contoso'))]).toEqual([table, false]);
    }
  });

  it('R-75 a summary is shown to every member once LEGAL, not its author, has approved it', async () => {
    await anApproved();
    const written = await bench.write(legal, (tx) =>
      postMortems.saveSummary(tx, { ...target(3), text: 'a key leaked' }),
    );
    expect(await visibleTo(responder)).toMatchObject({ whole: null, summary: null });
    const approving = bench.write(legal, (tx) => postMortems.approveSummary(tx, target(4)));
    await expect(approving).rejects.toMatchObject({ code: 'SAME_PERSON_REFUSED' });
    const other = aPrincipal('LEGAL', { id: 'user:lou' });
    const entry = { principalId: other.id, name: 'lou', roles: ['LEGAL'] as const, onCall: false };
    await bench.write(admin, (tx) => saveStaffMember(tx, entry));
    await join(other, 'LEGAL');
    await bench.write(other, (tx) => postMortems.approveSummary(tx, target(4)));
    const summary = { id: written.summary?.id, text: 'a key leaked', approvedBy: other.id };
    expect(await visibleTo(responder)).toMatchObject({ whole: null, summary });
    const byAuthor = `summary = jsonb_set(summary, '{approvedBy}', summary -> 'authorIds' -> 0)`;
    await expect(pastTheRules(byAuthor)).rejects.toMatchObject({ constraint: 'post_mortem_summary_two_people_check' });
  });
});

describe('closing a data breach', () => {
  it('R-28 waits for the approval, and I-32 not for its actions', async () => {
    const about = { incidentId, at, declaredAt: at };
    await bench.hear((tx) =>
      handlers.CrspiDeclared({ ...about, basis: ['ACCESS_LIKELY'], domains: ['SECURITY'] }, tx, meta),
    );
    await reachClose(bench, incidentId);
    const { version } = await bench.seen(incidentId);
    const closing = () =>
      bench.write(manager, (tx) => incidents.closeIncident(tx, { ...target(version), disposition: 'RESOLVED' }));
    await expect(closing()).rejects.toMatchObject({ code: 'POST_MORTEM_REQUIRED' });
    await expect(anApproved()).resolves.toMatchObject({ state: 'ACTIONS_OPEN' });
    await expect(closing()).resolves.toMatchObject({ status: 'CLOSED' });
  });
});
