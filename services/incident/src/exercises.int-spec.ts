import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPrincipal } from '@tocsin/testkit';
import { handlers } from './events.ts';
import { listEvidence } from './evidence-reads.ts';
import * as exercises from './exercises.ts';
import * as incidents from './incidents.ts';
import { aPromotion, createBench, manager, meta, responder, type Bench } from './testing/bench.ts';
import { reachClose } from './testing/reach-close.ts';

const executive = aPrincipal('EXECUTIVE_INCIDENT_MANAGER');
const red = aPrincipal('SERVICE_ENGINEER', { id: 'user:red' });

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

/** A running exercise in which the red team has acted. */
async function aRunning() {
  const hour = 3_600_000;
  const [{ now }] = (await bench.database.admin<{ now: Date }>('select now()')) as [{ now: Date }];
  const planned = await bench.write(manager, (tx) =>
    exercises.saveExercise(tx, {
      ...{ target: null, title: 'Stolen key', rulesOfEngagement: 'Test tenants only.' },
      ...{ redLead: red.id, blueLead: responder.id, startsAt: now, endsAt: new Date(now.getTime() + 8 * hour) },
    }),
  );
  const on = (expectedVersion: number) => ({ exerciseId: planned.id, expectedVersion });
  await bench.write(executive, (tx) => exercises.approveRulesOfEngagement(tx, on(1)));
  const { startsAt } = await bench.write(manager, (tx) => exercises.startExercise(tx, on(2)));
  await bench.write(red, (tx) =>
    exercises.recordRedAction(tx, { ...on(3), occurredAt: startsAt, text: 'used the key' }),
  );
  return planned.id;
}

/** An incident of the exercise. */
async function anIncidentOf(exerciseId: string) {
  const promotion = aPromotion({ exerciseId });
  await bench.hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
  const sql = 'select incident_id as id from incident_detection where detection_id = $1';
  const [row] = await bench.database.admin<{ id: string }>(sql, [promotion.detectionId]);
  return bench.seen(row?.id ?? '');
}

const flagsOf = async (aggregateId: string): Promise<unknown[]> => {
  const sql = `select distinct data::jsonb ->> 'exerciseId' as flag from outbox where aggregate_id = $1`;
  return (await bench.database.admin<{ flag: unknown }>(sql, [aggregateId])).map(({ flag }) => flag);
};

describe('an exercise', () => {
  it('R-35 runs all stages, marks all it announces, and reports the times to detect and escalate', async () => {
    const exerciseId = await aRunning();
    const { id } = await anIncidentOf(exerciseId);
    await reachClose(bench, id);
    const { version } = await bench.seen(id);
    const closing = { incidentId: id, expectedVersion: version, reason: 'over', evidenceIds: [] };
    await bench.write(manager, (tx) => incidents.closeIncident(tx, { ...closing, disposition: 'EXERCISE' }));
    expect(await flagsOf(id)).toEqual([exerciseId]);
    const pages = await bench.database.admin<{ id: string }>('select id from page where incident_id = $1', [id]);
    expect(await Promise.all(pages.map((page) => flagsOf(page.id)))).toEqual([[exerciseId]]);
    const own = await bench.look(red, (tx) => exercises.findExercise(tx, exerciseId));
    expect(own?.detectedAfterMs).toBeGreaterThanOrEqual(0);
    expect(own?.escalatedAfterMs).toBeGreaterThanOrEqual(own?.detectedAfterMs ?? Infinity);
  });

  it('R-35 a real incident cannot be closed as an exercise', async () => {
    const { id } = await bench.anIncident();
    await reachClose(bench, id);
    const { version } = await bench.seen(id);
    const closing = { incidentId: id, expectedVersion: version, reason: 'over', evidenceIds: [] };
    const attempt = bench.write(manager, (tx) => incidents.closeIncident(tx, { ...closing, disposition: 'EXERCISE' }));
    await expect(attempt).rejects.toMatchObject({ code: 'DISPOSITION_REFUSED' });
  });

  it('S-3 keeps what the red team did from the blue team until it is over, and itself from everybody else', async () => {
    const exerciseId = await aRunning();
    const look = (by: typeof red) => bench.look(by, (tx) => exercises.findExercise(tx, exerciseId));
    expect(await look(responder)).toMatchObject({ redActions: null, detectedAfterMs: null });
    expect(await look(red)).toMatchObject({ redActions: [{ text: 'used the key' }] });
    expect(await look(aPrincipal('RESPONDER', { id: 'user:other' }))).toBeNull();
    const page = await bench.look(aPrincipal('LEGAL'), (tx) => exercises.pageExercises(tx, { first: 10 }));
    expect(page.edges).toEqual([]);
    await bench.write(manager, (tx) => exercises.endExercise(tx, { exerciseId, expectedVersion: 4 }));
    expect(await look(responder)).toMatchObject({ state: 'ENDED', redActions: [{ text: 'used the key' }] });
  });

  it('S-3 keeps it from a planner who leads the response himself', async () => {
    const exerciseId = await aRunning();
    await bench.database.admin('update exercise set blue_lead = $2 where id = $1', [exerciseId, manager.id]);
    const seen = await bench.look(manager, (tx) => exercises.findExercise(tx, exerciseId));
    expect(seen).toMatchObject({ plannedBy: manager.id, redActions: null });
  });

  it('refuses the cursor of another list', async () => {
    const after = Buffer.from(JSON.stringify(['17', randomUUID()])).toString('base64url');
    const reading = bench.look(manager, (tx) => exercises.pageExercises(tx, { first: 10, after }));
    await expect(reading).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('S-5 the database itself refuses one that runs without approved rules', async () => {
    const exerciseId = await aRunning();
    const forced = bench.database.admin(
      `update exercise set rules_of_engagement = jsonb_set(rules_of_engagement, '{approvedBy}', 'null') where id = $1`,
      [exerciseId],
    );
    await expect(forced).rejects.toThrow('exercise_rules_check');
  });
});

describe('forkRealIncident', () => {
  it('I-35 opens a real incident with copies of the evidence; the exercise keeps its own', async () => {
    const exerciseId = await aRunning();
    const { id, version } = await anIncidentOf(exerciseId);
    const evidenceId = randomUUID();
    const found = { text: 'a sign-in that is not ours', sha256: 'd'.repeat(64), environment: 'PRODUCTION' } as const;
    const on = { incidentId: id, expectedVersion: version };
    await bench.write(responder, (tx) =>
      incidents.recordEvidence(tx, { ...on, ...found, evidenceId, collectedAt: new Date('2026-11-20T10:00:00Z') }),
    );
    const order = { incidentId: id, expectedVersion: version + 1, reason: 'not of the red team' };
    const fork = (evidenceIds: string[]) =>
      bench.write(manager, (tx) => exercises.forkRealIncident(tx, { ...order, evidenceIds }));
    await expect(fork([])).rejects.toMatchObject({ code: 'EVIDENCE_REQUIRED' });
    const real = await fork([evidenceId]);
    expect(await bench.seen(real.id)).toMatchObject({
      ...{ exerciseId: null, stage: 'DETECT', incidentManagerId: manager.id, onCallId: responder.id },
      evidence: [{ text: found.text, sha256: found.sha256 }],
    });
    expect(real.evidence[0]?.id).not.toBe(evidenceId);
    const [copies] = await bench.look(manager, (tx) => listEvidence(tx, [real.id]));
    expect(copies?.value).toMatchObject([{ text: found.text, custody: [{ act: 'COLLECTED', actorId: manager.id }] }]);
    expect(await flagsOf(real.id)).toEqual([null]);
    expect(await bench.eventsOf(real.id)).toEqual(expect.arrayContaining(['IncidentOpened', 'EvidenceAdded']));
    expect(await bench.seen(id)).toMatchObject({ exerciseId, evidence: [{ id: evidenceId }], version: version + 2 });
    expect(await bench.seen(real.id)).toMatchObject({ title: (await bench.seen(id)).title });
    const again = { ...order, incidentId: real.id, expectedVersion: 1, evidenceIds: [real.evidence[0]?.id ?? ''] };
    const refused = bench.write(manager, (tx) => exercises.forkRealIncident(tx, again));
    await expect(refused).rejects.toMatchObject({ code: 'NOT_AN_EXERCISE' });
  });
});
