import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decisionsOf } from '@tocsin/database';
import { aPrincipal } from '@tocsin/testkit';
import { recordAction } from './actions.ts';
import type { Incident } from './domain/incident.ts';
import { handlers } from './events.ts';
import {
  addEvidenceTo,
  aPromotion,
  assess,
  createBench,
  legal,
  manager,
  meta,
  responder,
  type Bench,
} from './testing/bench.ts';
import { advanceStage, assignMember, reopenIncident } from './incidents.ts';
import { mergeIncidents, relateIncidents, splitIncident } from './merging.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

/** An incident in ASSESS with one piece of evidence. */
async function assessed(): Promise<Incident> {
  const incident = await bench.anIncident();
  await bench.write(responder, (tx) => assess(tx, incident));
  return addEvidenceTo(bench, incident.id);
}

const cited = ({ evidence }: Incident) => evidence.map(({ id }) => id);
const mergeOrder = (duplicate: Incident, into: Incident) => ({
  incidentId: duplicate.id,
  expectedVersion: duplicate.version,
  intoIncidentId: into.id,
  intoExpectedVersion: into.version,
  reason: 'the same host',
  evidenceIds: cited(duplicate),
});
const merge = (duplicate: Incident, into: Incident, by = manager): Promise<Incident> =>
  bench.write(by, (tx) => mergeIncidents(tx, mergeOrder(duplicate, into)));
const split = ({ id: incidentId, version }: Incident, detectionIds: string[], evidenceIds: string[] = []) =>
  bench.write(manager, (tx) =>
    splitIncident(tx, { incidentId, expectedVersion: version, detectionIds, evidenceIds, reason: 'another host' }),
  );
const codes = (outcomes: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? 'done' : (outcome.reason as { readonly code?: unknown }).code,
  );
/** The incident that each of the detections belongs to now. */
async function ownersOf(detectionIds: readonly string[]): Promise<string[]> {
  const sql = 'select incident_id as id from incident_detection where detection_id = any($1) order by detection_id';
  return (await bench.database.admin<{ id: string }>(sql, [detectionIds])).map(({ id }) => id);
}

/** What the timelines of two incidents have of mergers, splits and relations. */
const relationsOf = async (ids: readonly string[]): Promise<string[]> => {
  const sql = `select incident_id as id from timeline_entry where kind = 'RELATION' and incident_id = any($1)`;
  return (await bench.database.admin<{ id: string }>(sql, [ids])).map(({ id }) => id).sort();
};

describe('what follows from every change of an incident', () => {
  it('R-20 R-02 follows from a merger, a split and a relation too', async () => {
    const [one, other] = [await assessed(), await assessed()];
    const merged = await merge(one, other);
    const told = await bench.database.admin('select n from plan_delivery where incident_id = $1 order by n', [one.id]);
    expect(told.at(-1)).toEqual({ n: 3 });
    const sql = `select state from page where kind = 'INCIDENT_OPENED' and incident_id = $1`;
    expect(await bench.database.admin(sql, [one.id])).toEqual([{ state: 'CANCELLED' }]);
    const [left = ''] = merged.detectionIds;
    const away = await split(merged, [left]);
    expect(await bench.database.admin(sql, [away.id])).toEqual([{ state: 'OPEN' }]);
    const found = `select 1 from incident_search where incident_id = $1`;
    expect(await bench.database.admin(found, [away.id])).toHaveLength(1);
    expect(await relationsOf([merged.id])).not.toEqual([]);
  });
});

describe('mergeIncidents', () => {
  it('the duplicate is closed and readable as it was; what it held is in the other, and announced for it', async () => {
    const [one, into] = [await assessed(), await assessed()];
    const order = { actionId: randomUUID(), kind: 'MITIGATION', text: 'do', ownerId: null, dueAt: null } as const;
    const target = { incidentId: one.id, expectedVersion: one.version };
    const duplicate = await bench.write(responder, (tx) => recordAction(tx, { ...target, ...order, doneBy: null }));
    const merged = await merge(duplicate, into);
    const seen = await bench.seen(one.id);
    expect(seen).toMatchObject({ status: 'CLOSED', disposition: 'DUPLICATE', mergedInto: into.id, detectionIds: [] });
    expect([seen.evidence, seen.actions]).toEqual([duplicate.evidence, duplicate.actions]);
    expect(seen.stageEntries).toHaveLength(duplicate.stageEntries.length + 1);
    expect(await bench.seen(into.id)).toMatchObject({ version: into.version + 1, mergedFrom: [one.id] });
    expect(cited(merged)).toEqual([...cited(into), ...cited(one)]);
    expect((await bench.seen(into.id)).evidence.at(-1)).toMatchObject({ fromIncidentId: one.id });
    expect((await bench.seen(into.id)).actions).toEqual([{ ...duplicate.actions[0], fromIncidentId: one.id }]);
    expect([...(await bench.seen(into.id)).detectionIds].sort()).toEqual(
      [...one.detectionIds, ...into.detectionIds].sort(),
    );
    const told = ['IncidentMerged', 'DetectionAttached', 'EvidenceAdded', 'ActionChanged'];
    expect((await bench.eventsOf(into.id)).slice(-told.length)).toEqual(told);
    expect((await bench.eventsOf(one.id)).slice(-2)).toEqual(['StageChanged', 'IncidentClosed']);
    const [decision] = await bench.look(manager, (tx) => decisionsOf(tx, 'incident', into.id, 'merge'));
    expect(decision).toMatchObject({ value: { mergedIncidentId: one.id }, actorId: manager.id });
  });

  it('H-7 a promotion of the duplicate’s detection that is heard again opens nothing', async () => {
    const [one, into] = [await assessed(), await assessed()];
    await merge(one, into);
    const [detectionId = ''] = one.detectionIds;
    await bench.hear((tx) => handlers.DetectionPromoted(aPromotion({ detectionId }), tx, meta));
    expect(await ownersOf([detectionId])).toEqual([into.id]);
  });

  it('a chain is followed to its end, and cannot become a ring', async () => {
    const [a, b, c] = [await assessed(), await assessed(), await assessed()];
    await merge(a, b);
    const last = await merge(await bench.seen(b.id), c);
    const fresh = await assessed();
    const end = await merge(fresh, await bench.seen(a.id));
    expect(end).toMatchObject({ id: c.id, version: last.version + 1, mergedFrom: [b.id, fresh.id] });
    await expect(merge(await bench.seen(c.id), await bench.seen(a.id))).rejects.toMatchObject({
      code: 'MERGE_REFUSED',
    });
    const again = { incidentId: a.id, expectedVersion: a.version + 1, reason: 'no', evidenceIds: [] };
    await expect(bench.write(manager, (tx) => reopenIncident(tx, again))).rejects.toMatchObject({
      code: 'INCIDENT_MERGED',
      details: { mergedInto: b.id },
    });
  });

  it('S-3 is for members of both; to others neither is there', async () => {
    const [one, into] = [await assessed(), await assessed()];
    const sql = 'delete from incident_member where incident_id = $1 and principal_id = $2';
    await bench.database.admin(sql, [into.id, manager.id]);
    await expect(merge(one, into)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(merge(one, into, legal)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(merge(one, into, aPrincipal('INCIDENT_MANAGER', { id: 'user:x' }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(merge(one, into, responder)).resolves.toMatchObject({ id: into.id });
  });

  it('I-7 a declared duplicate, and one whose customers are being notified, stay', async () => {
    const at = '2026-11-20T10:00:00.000Z';
    const [declared, notified, into] = [await assessed(), await assessed(), await assessed()];
    const basis = { basis: ['ACCESS_LIKELY' as const], domains: ['SECURITY' as const] };
    const declaration = { incidentId: declared.id, at, declaredAt: at, ...basis };
    await bench.hear((tx) => handlers.CrspiDeclared(declaration, tx, meta));
    const begun = { incidentId: notified.id, at, from: 'NOT_STARTED', to: 'PREPARING' } as const;
    await bench.hear((tx) => handlers.CinChanged(begun, tx, meta));
    expect(codes(await Promise.allSettled([merge(declared, into), merge(notified, into)]))).toEqual([
      'RETRACT_FIRST',
      'MERGE_REFUSED',
    ]);
    expect(await ownersOf(declared.detectionIds)).toEqual([declared.id]);
  });

  it('the people of each see the other', async () => {
    const [one, into] = [await assessed(), await assessed()];
    const order = { role: 'LEGAL', principalId: legal.id, until: null, reason: 'law', evidenceIds: [] } as const;
    const target = { incidentId: into.id, expectedVersion: into.version };
    const joined = await bench.write(manager, (tx) => assignMember(tx, { ...target, ...order }));
    await merge(one, joined);
    expect(await bench.seen(one.id, legal)).toMatchObject({ mergedInto: into.id });
  });
});

describe('at once', () => {
  it('H-5 A into B and B into A: one has its effect, neither waits for ever', async () => {
    for (let times = 0; times < 5; times += 1) {
      const [a, b] = [await assessed(), await assessed()];
      const outcomes = codes(await Promise.allSettled([merge(a, b), merge(b, a)]));
      expect(outcomes.filter((code) => code === 'done')).toHaveLength(1);
      const states = [await bench.seen(a.id), await bench.seen(b.id)];
      expect(states.map(({ status }) => status).sort()).toEqual(['CLOSED', 'OPEN']);
      const open = states.find(({ status }) => status === 'OPEN');
      expect(await ownersOf([...a.detectionIds, ...b.detectionIds])).toEqual([open?.id, open?.id]);
    }
  });

  it('H-5 two managers with the same version: the second is CONCURRENT_CHANGE, and nothing of the first is lost', async () => {
    const [a, b, c] = [await assessed(), await assessed(), await assessed()];
    const outcomes = codes(await Promise.allSettled([merge(a, c), merge(b, c)]));
    expect([...outcomes].sort()).toEqual(['CONCURRENT_CHANGE', 'done']);
    const end = await bench.seen(c.id);
    expect(end).toMatchObject({ version: c.version + 1 });
    expect(end.mergedFrom).toEqual([outcomes[0] === 'done' ? a.id : b.id]);
  });

  it('H-5 a stage that is entered meanwhile is not lost', async () => {
    const [a, b] = [await assessed(), await assessed()];
    const advance = { incidentId: b.id, expectedVersion: b.version, to: 'DIAGNOSE', reason: 'so' } as const;
    const advancing = bench.write(responder, (tx) => advanceStage(tx, { ...advance, evidenceIds: cited(b) }));
    const outcomes = codes(await Promise.allSettled([merge(a, b), advancing]));
    expect([...outcomes].sort()).toEqual(['CONCURRENT_CHANGE', 'done']);
    expect(await bench.seen(b.id)).toMatchObject({ version: b.version + 1 });
  });
});

describe('splitIncident and relateIncidents', () => {
  it('R-23 what was merged by mistake is split again, with its first indication', async () => {
    const firstSeenAt = '2026-11-19T08:00:00.000Z';
    const early = await bench.anIncident({ firstSeenAt, source: 'FIRST_PARTY_REPORT' });
    await bench.write(responder, (tx) => assess(tx, early));
    const [one, into] = [await addEvidenceTo(bench, early.id), await assessed()];
    const merged = await merge(one, into);
    const apart = await split(merged, [...one.detectionIds], cited(one));
    const seen = await bench.seen(apart.id);
    expect(seen).toMatchObject({
      ...{ stage: 'DETECT', source: 'FIRST_PARTY_REPORT', firstIndicationAt: new Date(firstSeenAt) },
      detectionIds: one.detectionIds,
      relatedIncidentIds: [into.id],
      evidence: [{ id: cited(one)[0], fromIncidentId: one.id }],
    });
    expect(seen.number).toBeGreaterThan(into.number);
    expect(await ownersOf(one.detectionIds)).toEqual([apart.id]);
    const { detectionIds, relatedIncidentIds, evidence } = await bench.seen(into.id);
    expect({ detectionIds, relatedIncidentIds }).toEqual({
      detectionIds: into.detectionIds,
      relatedIncidentIds: [apart.id],
    });
    expect(evidence).toHaveLength(2);
    await expect(split(await bench.seen(into.id), [...into.detectionIds])).rejects.toMatchObject({
      code: 'LAST_DETECTION',
    });
  });

  it('H-5 two splits at once: one has its effect, and each detection one incident', async () => {
    const [one, into] = [await assessed(), await assessed()];
    const merged = await merge(one, into);
    const halves = [split(merged, [...one.detectionIds]), split(merged, [...into.detectionIds])];
    expect([...codes(await Promise.allSettled(halves))].sort()).toEqual(['CONCURRENT_CHANGE', 'done']);
    expect(new Set(await ownersOf(merged.detectionIds)).size).toBe(2);
  });

  it('relates both ways, once, for members of both', async () => {
    const [one, other] = [await bench.anIncident(), await bench.anIncident()];
    const order = { incidentId: one.id, relatedIncidentId: other.id, reason: 'same actor', evidenceIds: [] };
    const relate = (expectedVersion: number, by = responder) =>
      bench.write(by, (tx) => relateIncidents(tx, { ...order, expectedVersion }));
    await expect(relate(1, legal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await relate(1);
    await relate(2);
    expect(await bench.seen(one.id)).toMatchObject({ relatedIncidentIds: [other.id], version: 2 });
    expect(await bench.seen(other.id)).toMatchObject({ relatedIncidentIds: [one.id], version: 2 });
    expect((await bench.eventsOf(other.id)).at(-1)).toBe('IncidentRelated');
  });
});

it('S-5 the database itself refuses a merged incident that is no duplicate', async () => {
  const { id } = await bench.anIncident();
  const update = bench.database.admin('update incident set merged_into = id where id = $1', [id]);
  await expect(update).rejects.toMatchObject({ constraint: 'incident_merged_check' });
});
