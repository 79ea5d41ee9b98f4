import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servicePrincipal, type Principal } from '@tocsin/access';
import { inTransaction } from '@tocsin/database';
import { aPrincipal, testDatabase, type TestDatabase } from '@tocsin/testkit';
import { hearConflict } from '../conflicts.ts';
import { openIncident } from '../incidents.ts';
import { tables } from '../store/tables.ts';
import { codeOf, startAsking, type Answer, type Asking } from '../testing/ask.ts';

const admin = aPrincipal('PLATFORM_ADMIN');
const responder = aPrincipal('RESPONDER');
const manager = aPrincipal('INCIDENT_MANAGER');
const sha256 = 'c'.repeat(64);

let database: TestDatabase;
let subgraph: Asking;
beforeAll(async () => {
  database = await testDatabase('incident', tables);
  subgraph = await startAsking(database);
});
afterAll(async () => {
  await subgraph.stop();
  await database.drop();
});

const ask = (by: Principal, query: string, variables?: object): Promise<Answer> => subgraph.ask(by, query, variables);

const everything = `id version number title tlp stage status cycle source responsibility firstIndicationAt detectedAt roundTheClock
  onCall incidentManager members { principalId role until } stageEntries { n stage cycle at actorId reason }
  evidence { id text sha256 environment collectedAt addedBy addedAt }
  actions { id kind text state ownerId dueAt doneBy doneAt reviewedBy reviewedAt unreviewed cancelReason }
  open: actions(state: PLANNED) { id } containments: actions(kind: CONTAINMENT, state: DONE) { id } containment { verifiedBy verifiedAt }
  responsibilityDecisions { id responsibility actorId role at reason evidenceIds }
  disposition closedAt detections { id } timeline(first: 1) { edges { node { id kind text refs occurredAt recordedAt
  recordedBy corrects reason correctedBy } } }`;

interface Story {
  id: string;
  version: number;
}

/** Runs one mutation on the version the story has reached, and goes on with the next. */
async function tell(story: Story, by: Principal, name: string, input: object): Promise<Record<string, unknown>> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const made = name === 'addEvidence' ? 'evidenceId' : name === 'recordAction' ? 'actionId' : '';
  const answer = await ask(
    by,
    `mutation($input: ${type}) { ${name}(input: $input) { ${made} incident { version } } }`,
    {
      input: { idempotencyKey: randomUUID(), expectedVersion: story.version, incidentId: story.id, ...input },
    },
  );
  if (answer.errors !== undefined) throw new Error(`${name}: ${JSON.stringify(answer.errors)}`);
  const payload = answer.data?.[name] as Record<string, unknown> & { incident: { version: number } };
  story.version = payload.incident.version;
  return payload;
}

async function open(): Promise<Story> {
  const detectionId = randomUUID();
  const at = '2026-11-20T09:00:00.000Z';
  const facts = { detectorId: randomUUID(), source: 'AUTOMATED_SIGNATURE', level: 'HIGH', realm: 'PROVIDER' } as const;
  const seen = { tenantIds: [], signalCount: 1, firstSeenAt: at, lastSeenAt: at, at };
  const promotion = { detectionId, ...facts, ...seen, automatic: false, promotedBy: responder.id };
  await inTransaction(database.db, { by: servicePrincipal('incident'), action: 'DetectionPromoted' }, (tx) =>
    openIncident(tx, promotion),
  );
  const answer = await ask(responder, '{ incidents(first: 1) { edges { node { id version } } } }');
  return (answer.data?.['incidents'] as { edges: { node: Story }[] }).edges[0]?.node ?? { id: '', version: 0 };
}

describe('the subgraph', () => {
  it('S-20 a call without the signed context is a bare 401', async () => {
    const response = await fetch(subgraph.url, { method: 'POST', body: '{"query":"{ __typename }"}' });
    expect([response.status, await response.text()]).toEqual([401, '']);
  });

  it('keeps the staff directory', async () => {
    const save = (principalId: string, roles: string[], idempotencyKey: string) =>
      ask(
        admin,
        'mutation($input: SaveStaffMemberInput!) { saveStaffMember(input: $input) { staffMember { principalId } } }',
        {
          input: { idempotencyKey, principalId, name: principalId, roles, onCall: true },
        },
      );
    const key = randomUUID();
    expect(await save('user:rea', ['RESPONDER'], key)).toEqual(await save('user:rea', ['RESPONDER'], key));
    await save('user:ima', ['INCIDENT_MANAGER'], randomUUID());
    const answer = await ask(
      manager,
      '{ staff { edges { node { principalId name roles onCall } } pageInfo { hasNextPage } } }',
    );
    expect(answer.data?.['staff']).toMatchObject({
      edges: [{ node: { principalId: 'user:ima' } }, { node: { principalId: 'user:rea', roles: ['RESPONDER'] } }],
      pageInfo: { hasNextPage: false },
    });
  });

  it('R-21 R-70 R-25 R-71 an incident is led from DETECT to closed, and reopened', async () => {
    const story = await open();
    const reason = 'as found';
    await tell(story, responder, 'advanceStage', { to: 'ASSESS', reason });
    const { evidenceId } = await tell(story, responder, 'addEvidence', {
      text: 'log',
      sha256,
      environment: 'PRODUCTION',
      collectedAt: '2026-11-20T11:00:00+01:00',
    });
    const grounds = { reason, evidenceIds: [evidenceId] };
    await tell(story, responder, 'decideResponsibility', { ...grounds, responsibility: 'PROVIDER' });
    await tell(story, responder, 'advanceStage', { ...grounds, to: 'DIAGNOSE' });
    const action = { kind: 'CONTAINMENT', text: 'quarantine' };
    const { actionId } = await tell(story, responder, 'recordAction', action);
    await tell(story, responder, 'startAction', { actionId });
    await tell(story, responder, 'completeAction', { actionId });
    const emergency = { kind: 'EMERGENCY_MITIGATION', text: 'shut off', doneBy: responder.id };
    const { actionId: emergencyId } = await tell(story, responder, 'recordAction', emergency);
    const idle = await tell(story, responder, 'recordAction', { kind: 'WORKAROUND', text: 'by hand' });
    await tell(story, responder, 'cancelAction', { actionId: idle['actionId'], reason });
    await tell(story, manager, 'reviewAction', { actionId: emergencyId, reason });
    await tell(story, manager, 'advanceStage', { reason, to: 'STABILIZE' });
    const risks = { customerRisk: 'none left', businessRisk: 'none left', evidenceIds: [evidenceId] };
    await tell(story, manager, 'verifyContainment', risks);
    await tell(story, manager, 'advanceStage', { reason, to: 'CLOSE' });
    await tell(story, manager, 'closeIncident', { reason, disposition: 'RESOLVED' });
    const { data } = await ask(manager, `query($id: ID!) { incident(id: $id) { ${everything} } }`, { id: story.id });
    expect(data?.['incident']).toMatchObject({
      stage: 'CLOSE',
      status: 'CLOSED',
      disposition: 'RESOLVED',
      onCall: 'user:rea',
      incidentManager: 'user:ima',
      roundTheClock: false,
      evidence: [{ id: evidenceId, collectedAt: '2026-11-20T10:00:00.000Z' }],
      actions: [
        { id: actionId, state: 'DONE', doneBy: 'user:rea', unreviewed: false },
        { id: emergencyId, reviewedBy: 'user:ima', unreviewed: false },
        { state: 'CANCELLED', cancelReason: reason },
      ],
      open: [],
      containments: [{ id: actionId }],
      containment: { verifiedBy: 'user:ima' },
      responsibilityDecisions: [{ responsibility: 'PROVIDER', role: 'RESPONDER', evidenceIds: [evidenceId] }],
    });
    await tell(story, manager, 'reopenIncident', { reason });
    const again = await ask(manager, `query($id: ID!) { incident(id: $id) { stage cycle closedAt } }`, {
      id: story.id,
    });
    expect(again.data?.['incident']).toEqual({ stage: 'DIAGNOSE', cycle: 2, closedAt: null });
  });

  it('R-74 R-75 a post-mortem is written and read by its reviewers; the responder sees none', async () => {
    const { id: incidentId } = await open();
    const query = `query($id: ID!) { incident(id: $id) { postMortemSummary { id } postMortem { version state authorIds
      details responseSufficient { answer why } proceduresSufficient { answer why } noUpdateReason approvedBy
      sopUpdates { sop fromVersion toVersion owner dueAt } summary { id text authorIds approvedBy } } } }`;
    const postMortemOf = async (by: Principal) =>
      (await ask(by, query, { id: incidentId })).data?.['incident'] as { postMortem: object | null };
    const run = async (name: string, expectedVersion: number, input: object = {}) => {
      const mutation = `mutation($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) {
        ${name}(input: $input) { incident { postMortem { version } } } }`;
      const whole = { idempotencyKey: randomUUID(), expectedVersion, incidentId, ...input };
      const answer = await ask(manager, mutation, { input: whole });
      return codeOf(answer) ?? (answer.data?.[name] as unknown);
    };
    const sop = { sop: 'revoke keys', fromVersion: '3', owner: 'user:eng', dueAt: '2026-12-01T10:00:00+01:00' };
    const [details, yes] = ['a key leaked', { answer: true, why: 'in time' }];
    const draft = { details, responseSufficient: yes, proceduresSufficient: yes, sopUpdates: [sop] };
    const at = (version: number) => ({ incident: { postMortem: { version } } });
    expect(await run('savePostMortem', 0, draft)).toEqual(at(1));
    expect(await run('saveSummary', 1, { text: 'in short' })).toEqual(at(2));
    expect(await run('submitPostMortem', 2)).toEqual(at(3));
    expect(await run('approvePostMortem', 3, { reason: 'read' })).toBe('SAME_PERSON_REFUSED');
    expect(await run('completePostMortem', 3)).toBe('POST_MORTEM_STATE');
    expect(await run('recordSopVersion', 3, { sop: sop.sop, toVersion: '4' })).toBe('POST_MORTEM_STATE');
    expect(await run('approveSummary', 3, { reason: 'read' })).toBe('FORBIDDEN');
    expect(await run('returnPostMortem', 3, { reason: 'more' })).toEqual(at(4));
    expect(await postMortemOf(manager)).toMatchObject({
      postMortemSummary: null,
      postMortem: {
        ...{ version: 4, state: 'DRAFT', authorIds: [manager.id], details, noUpdateReason: null, approvedBy: null },
        responseSufficient: yes,
        sopUpdates: [{ ...sop, toVersion: null, dueAt: '2026-12-01T09:00:00.000Z' }],
        summary: { text: 'in short', authorIds: [manager.id], approvedBy: null },
      },
    });
    expect(await postMortemOf(responder)).toEqual({ postMortem: null, postMortemSummary: null });
  });

  it('R-22 two incidents are related, merged, and split again; each names the other', async () => {
    const [one, into] = [await open(), await open()];
    const log = { text: 'log', sha256, environment: 'PRODUCTION', collectedAt: '2026-11-20T10:00:00Z' };
    const reason = 'the same host';
    for (const story of [one, into]) await tell(story, responder, 'advanceStage', { to: 'ASSESS', reason });
    const { evidenceId } = await tell(one, responder, 'addEvidence', log);
    await tell(one, responder, 'relateIncidents', { relatedIncidentId: into.id, reason });
    into.version += 1;
    const grounds = { reason, evidenceIds: [evidenceId] };
    await tell(one, manager, 'mergeIncidents', {
      ...grounds,
      intoIncidentId: into.id,
      intoExpectedVersion: into.version,
    });
    into.version += 1;
    const query = `query($id: ID!) { incident(id: $id) { mergedInto { id } mergedFrom { id } relatedIncidents { id }
      detections { id } evidence { id fromIncidentId } } }`;
    const read = async (id: string, by = responder) =>
      (await ask(by, query, { id })).data?.['incident'] as { detections: { id: string }[] };
    expect(await read(one.id)).toMatchObject({ mergedInto: { id: into.id }, mergedFrom: [], detections: [] });
    const whole = await read(into.id);
    expect(whole).toMatchObject({ mergedInto: null, mergedFrom: [{ id: one.id }], relatedIncidents: [{ id: one.id }] });
    expect(whole).toMatchObject({ evidence: [{ id: evidenceId, fromIncidentId: one.id }] });
    const detectionIds = whole.detections.slice(0, 1).map(({ id }) => id);
    await tell(into, manager, 'splitIncident', { ...grounds, detectionIds });
    expect((await read(into.id)).detections).toHaveLength(1);
    const related = await ask(manager, `query($id: ID!) { incident(id: $id) { relatedIncidents { stage } } }`, into);
    expect(related.data?.['incident']).toEqual({ relatedIncidents: [{ stage: 'CLOSE' }, { stage: 'DETECT' }] });
  });

  it('two commands in one request each answer with the incident as they left it', async () => {
    const { id, version } = await open();
    const mutation = `mutation($a: AddEvidenceInput!, $b: AddEvidenceInput!) {
      a: addEvidence(input: $a) { incident { version } } b: addEvidence(input: $b) { incident { version } } }`;
    const facts = { text: 'log', sha256, environment: 'PRODUCTION', collectedAt: '2026-11-20T10:00:00Z' };
    const input = (expectedVersion: number) => ({
      idempotencyKey: randomUUID(),
      expectedVersion,
      incidentId: id,
      ...facts,
    });
    const answer = await ask(responder, mutation, { a: input(version), b: input(version + 1) });
    expect(answer.data).toEqual({
      a: { incident: { version: version + 1 } },
      b: { incident: { version: version + 2 } },
    });
  });

  it('S-3 answers a reference to an incident as the caller may see it', async () => {
    const { id } = await open();
    const query = `query($r: [_Any!]!) { _entities(representations: $r) { ... on Incident { stage detections { id } } } }`;
    const references = {
      r: [
        { __typename: 'Incident', id },
        { __typename: 'Incident', id: randomUUID() },
      ],
    };
    expect((await ask(responder, query, references)).data?.['_entities']).toMatchObject([{ stage: 'DETECT' }, null]);
    expect((await ask(aPrincipal('LEGAL'), query, references)).data?.['_entities']).toEqual([null, null]);
    expect((await ask(aPrincipal('CUSTOMER_ADMIN'), query, references)).data?.['_entities']).toEqual([null, null]);
  });

  it('shows the conflicts that are open, and none once they are settled', async () => {
    const { id: incidentId } = await open();
    const query = 'query($id: ID!) { incident(id: $id) { openConflicts { id kind openedAt } } }';
    const openConflicts = async (): Promise<unknown> =>
      (await ask(responder, query, { id: incidentId })).data?.['incident'];
    const heard = (isOpen: boolean) =>
      inTransaction(database.db, { by: servicePrincipal('incident'), action: 'ConflictChanged' }, (tx) =>
        hearConflict(tx, { ...conflict, incidentId, open: isOpen }),
      );
    const conflict = { conflictId: randomUUID(), kind: 'VERDICT_STALE', at: '2026-11-20T09:00:00.000Z' } as const;
    expect(await openConflicts()).toEqual({ openConflicts: [] });
    await heard(true);
    const { conflictId: id, kind, at: openedAt } = conflict;
    expect(await openConflicts()).toEqual({ openConflicts: [{ id, kind, openedAt }] });
    await heard(false);
    expect(await openConflicts()).toEqual({ openConflicts: [] });
  });

  it('an incident is null if its id is no id', async () => {
    expect(await ask(responder, '{ incident(id: "x") { id } }')).toEqual({ data: { incident: null } });
  });

  it.each([
    ['a stale version', { expectedVersion: 9 }, 'CONCURRENT_CHANGE'],
    ['a digest that is none', { sha256: 'abc' }, 'INVALID_INPUT'],
    ['a time without offset', { collectedAt: '2026-11-20T11:00:00' }, 'TIME_WITHOUT_OFFSET'],
    ['the future', { collectedAt: '2999-01-01T00:00:00Z' }, 'TIME_ORDER_INVALID'],
    ['an incident that is none', { incidentId: 'x' }, 'NOT_FOUND'],
    ['an unknown value', { environment: 'MOON' }, 'BAD_USER_INPUT'],
  ])('refuses %s with its code', async (_, patch, code) => {
    const { id, version } = await open();
    const input = {
      idempotencyKey: randomUUID(),
      expectedVersion: version,
      incidentId: id,
      text: 'log',
      sha256,
      environment: 'PRODUCTION',
      collectedAt: '2026-11-20T10:00:00Z',
      ...patch,
    };
    const answer = await ask(
      responder,
      'mutation($input: AddEvidenceInput!) { addEvidence(input: $input) { evidenceId } }',
      { input },
    );
    expect(codeOf(answer)).toBe(code);
  });

  it('refuses other pages than 1 to 100', async () => {
    expect(codeOf(await ask(responder, '{ incidents(first: 101) { edges { cursor } } }'))).toBe('INVALID_INPUT');
    expect(codeOf(await ask(manager, '{ staff(first: 0) { edges { cursor } } }'))).toBe('INVALID_INPUT');
  });
});
