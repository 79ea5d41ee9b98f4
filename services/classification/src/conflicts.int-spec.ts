import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { HoldState, Responsibility, ScopeStatus, Stage } from '@tocsin/contracts';
import * as breaches from './breach-assessments.ts';
import * as classifications from './classifications.ts';
import { handlers } from './events.ts';
import { at, createBench, legal, manager, meta, orderFor, responder, type Bench, type Known } from './testing/bench.ts';
import { harmless } from './testing/risk-inputs.ts';

let bench: Bench;
let known: Known;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());
beforeEach(async () => {
  known = await bench.anIncident();
});

const seen = () => bench.look(manager, (tx) => classifications.getClassification(tx, known.incidentId));
const versioned = async () => orderFor(known, (await seen()).version);
const conflicts = async () =>
  (await seen()).conflicts.map(({ kind, why, closedAt }) => `${kind} ${why} ${closedAt === null ? 'open' : 'closed'}`);
/** What was told of conflicts, in order. */
const told = async () => {
  const rows = await bench.database.admin<{ data: string }>(
    `select data from outbox where type like '%.ConflictChanged.v2' and aggregate_id = $1 order by id`,
    [known.incidentId],
  );
  return rows.map(({ data }) => {
    const { kind, open } = JSON.parse(data) as { kind: string; open: boolean };
    return [kind, open];
  });
};

const hearResponsibility = (responsibility: Responsibility) =>
  bench.hear((tx) => handlers.ResponsibilityDecided({ incidentId: known.incidentId, responsibility, at }, tx, meta));
const hearReopened = (cycle: number) =>
  bench.hear((tx) => handlers.IncidentReopened({ incidentId: known.incidentId, cycle, at }, tx, meta));

async function classify() {
  const order = { ...(await versioned()), level: 'INCIDENT' as const, domains: ['SECURITY' as const] };
  return bench.write(manager, (tx) => classifications.classifyIncident(tx, order));
}
async function declare() {
  const order = { ...(await versioned()), basis: ['ACCESS_LIKELY' as const], legalAdviserId: legal.id };
  return bench.write(manager, (tx) => classifications.declareCrspi(tx, order));
}
async function retract() {
  const order = { ...(await versioned()), legalAdviserId: legal.id };
  return bench.write(manager, (tx) => classifications.retractDeclaration(tx, order));
}
async function authorize() {
  const order = await versioned();
  return bench.write(manager, (tx) => classifications.authorizeExecution(tx, order));
}
async function aware() {
  const order = { ...(await versioned()), actorRole: 'PROCESSOR' as const, awareAt: new Date(at) };
  return bench.write(legal, (tx) => breaches.recordLegalAwareness(tx, order));
}
async function judge(subjects: number | null = 12) {
  const judged = { inputs: { ...harmless, subjects }, verdict: 'UNLIKELY' as const, rationale: 'nothing of use' };
  const order = { ...(await versioned()), actorRole: 'CONTROLLER' as const, ...judged };
  return bench.write(legal, (tx) => breaches.decideRiskVerdict(tx, order));
}
async function scope(subjects: number, status: ScopeStatus = 'LIKELY', tenantId = randomUUID()) {
  await bench.hear((tx) => handlers.TenantChanged({ tenantId, subscriptionIds: [], at }, tx, meta));
  const affected = { tenantId, subscriptionIds: [], status, dataCategories: [], subjects, flowLogRefs: [] };
  const order = { ...(await versioned()), ...affected };
  await bench.write(responder, (tx) => classifications.setScope(tx, order));
  return tenantId;
}
async function assess(customerDataRisk: 'POSSIBLE' | 'IMMINENT') {
  const impacts = { functional: 'NONE' as const, information: ['NONE' as const], recoverability: 'REGULAR' as const };
  const order = { ...(await versioned()), ...impacts, customerDataRisk };
  return bench.write(responder, (tx) => classifications.assessImpact(tx, order));
}

describe('DECLARED_BUT_CUSTOMER', () => {
  const open = 'DECLARED_BUT_CUSTOMER CUSTOMER_RESPONSIBLE open';

  it('I-4 comes up when CUSTOMER is heard after the declaration, undoes nothing, and is settled by another decision', async () => {
    await classify();
    const { declaredAt } = await declare();
    await hearResponsibility('CUSTOMER');
    expect(await conflicts()).toEqual([open]);
    expect(await seen()).toMatchObject({ crspi: 'DECLARED', declaredAt });
    await hearResponsibility('SHARED');
    expect(await conflicts()).toEqual(['DECLARED_BUT_CUSTOMER CUSTOMER_RESPONSIBLE closed']);
    expect(await told()).toEqual([
      ['DECLARED_BUT_CUSTOMER', true],
      ['DECLARED_BUT_CUSTOMER', false],
    ]);
  });

  it('I-4 does not come up when CUSTOMER was heard in time: the declaration is refused', async () => {
    await classify();
    await hearResponsibility('CUSTOMER');
    await expect(declare()).rejects.toMatchObject({ code: 'CUSTOMER_RESPONSIBILITY' });
    expect([await conflicts(), await told()]).toEqual([[], []]);
  });

  it('I-4 is settled by retracting the declaration too', async () => {
    await classify();
    await declare();
    await hearResponsibility('CUSTOMER');
    await retract();
    expect(await conflicts()).toEqual(['DECLARED_BUT_CUSTOMER CUSTOMER_RESPONSIBLE closed']);
  });

  it('H-7 comes up once, however often CUSTOMER is heard, and nothing changes then', async () => {
    await classify();
    await declare();
    await hearResponsibility('CUSTOMER');
    const { version } = await seen();
    await hearResponsibility('CUSTOMER');
    expect(await conflicts()).toEqual([open]);
    expect([(await seen()).version, (await told()).length]).toEqual([version, 1]);
  });

  it('I-4 is not missed when both are decided at the same moment', async () => {
    for (let n = 0; n < 20; n += 1) {
      known = await bench.anIncident();
      await classify();
      const outcomes = await Promise.allSettled([declare(), hearResponsibility('CUSTOMER')]);
      const [declared, heard] = outcomes.map(({ status }) => status);
      expect(heard).toBe('fulfilled');
      expect([declared, await conflicts()]).toEqual(
        declared === 'fulfilled' ? ['fulfilled', [open]] : ['rejected', []],
      );
    }
  });
});

describe('CLOSED_BUT_HELD', () => {
  const hearStage = (to: Stage) =>
    bench.hear((tx) =>
      handlers.StageChanged({ incidentId: known.incidentId, from: 'STABILIZE', to, n: 5, cycle: 1, at }, tx, meta),
    );
  const holdId = randomUUID();
  const hearHold = (state: HoldState, id = holdId) => {
    const hold = { ground: 'RISK_TO_OTHER_CUSTOMERS' as const, obligationIds: [randomUUID()], reviewAt: at };
    const fact = { incidentId: known.incidentId, holdId: id, state, ...hold, at };
    return bench.hear((tx) => handlers.HoldChanged(fact, tx, meta));
  };

  it('R-85 comes up when a hold is heard of too late, undoes nothing, and is settled when it is released', async () => {
    await hearStage('CLOSE');
    await hearHold('PROPOSED');
    expect(await conflicts()).toEqual([]);
    await hearHold('ACTIVE');
    await hearHold('ACTIVE');
    expect(await conflicts()).toEqual(['CLOSED_BUT_HELD NOTICES_HELD open']);
    await hearHold('RELEASED');
    expect(await told()).toEqual([
      ['CLOSED_BUT_HELD', true],
      ['CLOSED_BUT_HELD', false],
    ]);
  });

  it('R-85 comes up too when the stage is heard of later, and is settled by going back to DIAGNOSE', async () => {
    await hearHold('ACTIVE');
    expect(await conflicts()).toEqual([]);
    await hearStage('CLOSE');
    expect(await conflicts()).toEqual(['CLOSED_BUT_HELD NOTICES_HELD open']);
    await hearStage('DIAGNOSE');
    expect(await conflicts()).toEqual(['CLOSED_BUT_HELD NOTICES_HELD closed']);
  });

  it('R-85 is not missed either if the hold is heard of before the incident is', async () => {
    known = { ...known, incidentId: randomUUID() };
    await hearHold('ACTIVE');
    await bench.open(known.incidentId);
    await hearStage('CLOSE');
    const rows = await bench.database.admin('select conflicts from classification where id = $1', [known.incidentId]);
    expect(rows).toMatchObject([{ conflicts: [{ kind: 'CLOSED_BUT_HELD', closedAt: null }] }]);
  });

  it('R-85 stays open when one hold is released at the moment at which another becomes active', async () => {
    for (let n = 0; n < 20; n += 1) {
      known = await bench.anIncident();
      await hearStage('CLOSE');
      await hearHold('ACTIVE');
      const other = randomUUID();
      await Promise.all([hearHold('RELEASED'), hearHold('ACTIVE', other)]);
      expect((await conflicts()).at(-1)).toBe('CLOSED_BUT_HELD NOTICES_HELD open');
    }
  });

  it('R-85 is not missed when both are heard at the same moment', async () => {
    for (let n = 0; n < 20; n += 1) {
      known = await bench.anIncident();
      await hearHold('RELEASED');
      await Promise.all([hearStage('CLOSE'), hearHold('ACTIVE')]);
      expect(await conflicts()).toEqual(['CLOSED_BUT_HELD NOTICES_HELD open']);
    }
  });
});

describe('AWARE_NOT_EXECUTED', () => {
  it('comes up with the awareness, in the same version, and is settled when sending is authorized', async () => {
    const { version } = await aware();
    expect([version, await conflicts()]).toEqual([2, ['AWARE_NOT_EXECUTED EXECUTION_NOT_AUTHORIZED open']]);
    await classify();
    await declare();
    await authorize();
    expect(await conflicts()).toEqual(['AWARE_NOT_EXECUTED EXECUTION_NOT_AUTHORIZED closed']);
    expect(await told()).toEqual([
      ['AWARE_NOT_EXECUTED', true],
      ['AWARE_NOT_EXECUTED', false],
    ]);
  });

  it('comes up anew when the declaration is retracted, and the authorization with it', async () => {
    await classify();
    await declare();
    await authorize();
    await aware();
    await retract();
    expect(await conflicts()).toEqual(['AWARE_NOT_EXECUTED EXECUTION_NOT_AUTHORIZED open']);
  });
});

describe('VERDICT_STALE', () => {
  it('comes up when the incident is reopened, once, and is settled by a new verdict', async () => {
    await judge();
    await hearReopened(2);
    await hearReopened(2);
    await hearReopened(1);
    expect(await conflicts()).toEqual(['VERDICT_STALE INCIDENT_REOPENED open']);
    await judge();
    expect(await conflicts()).toEqual(['VERDICT_STALE INCIDENT_REOPENED closed']);
    await hearReopened(3);
    expect(await told()).toEqual([
      ['VERDICT_STALE', true],
      ['VERDICT_STALE', false],
      ['VERDICT_STALE', true],
    ]);
  });

  it('comes up when the scopes reach 10,000 people, and goes when a tenant is ruled out', async () => {
    await judge();
    await scope(6_000);
    expect(await conflicts()).toEqual([]);
    const tenantId = await scope(4_000);
    expect(await conflicts()).toEqual(['VERDICT_STALE PEOPLE_RECOUNTED open']);
    await scope(4_000, 'RULED_OUT', tenantId);
    expect(await conflicts()).toEqual(['VERDICT_STALE PEOPLE_RECOUNTED closed']);
  });

  it('comes up when an assessment finds customer data at risk', async () => {
    await assess('POSSIBLE');
    await judge();
    await assess('IMMINENT');
    expect(await conflicts()).toEqual(['VERDICT_STALE DATA_AT_RISK open']);
  });

  it('does not come up without a verdict', async () => {
    await hearReopened(2);
    await scope(50_000);
    await assess('IMMINENT');
    expect([await conflicts(), await told()]).toEqual([[], []]);
  });
});

describe('EXERCISE_BUT_REAL', () => {
  const hour = (n: number) => `2026-11-20T${String(n).padStart(2, '0')}:00:00.000Z`;
  const open = 'EXERCISE_BUT_REAL SEEN_OUTSIDE_EXERCISE open';
  const closed = 'EXERCISE_BUT_REAL SEEN_OUTSIDE_EXERCISE closed';

  const hearExercise = (exerciseId: string, state: 'RUNNING' | 'ENDED', endsAt: number) =>
    bench.hear((tx) =>
      handlers.ExerciseChanged({ exerciseId, state, startsAt: hour(8), endsAt: hour(endsAt), at }, tx, meta),
    );
  /** First seen at 9 o'clock. */
  async function openOf(exerciseId: string): Promise<void> {
    const facts = { number: 1, source: 'RED_BLUE_EXERCISE' as const, detectionIds: [randomUUID()] };
    const fact = { ...facts, incidentId: randomUUID(), exerciseId, firstIndicationAt: at, detectedAt: at, at };
    await bench.hear((tx) => handlers.IncidentOpened(fact, tx, meta));
    const member = { incidentId: fact.incidentId, principalId: manager.id, role: 'INCIDENT_MANAGER' as const };
    await bench.hear((tx) => handlers.AssignmentChanged({ ...member, onCall: false, at }, tx, meta));
    known = { ...known, incidentId: fact.incidentId };
  }
  const hearStage = (from: 'DIAGNOSE' | 'CLOSE', to: 'DIAGNOSE' | 'CLOSE', cycle: number) =>
    bench.hear((tx) => handlers.StageChanged({ incidentId: known.incidentId, from, to, n: 4, cycle, at }, tx, meta));

  it('I-35 comes up when the end of the exercise is heard after the incident, and is settled by closing it', async () => {
    const exerciseId = randomUUID();
    await hearExercise(exerciseId, 'RUNNING', 12);
    await openOf(exerciseId);
    expect(await conflicts()).toEqual([]);
    await hearExercise(exerciseId, 'ENDED', 8);
    expect(await conflicts()).toEqual([open]);
    await hearStage('DIAGNOSE', 'CLOSE', 1);
    expect(await conflicts()).toEqual([closed]);
    expect(await told()).toEqual([
      ['EXERCISE_BUT_REAL', true],
      ['EXERCISE_BUT_REAL', false],
    ]);
    await hearStage('CLOSE', 'DIAGNOSE', 2);
    expect(await conflicts()).toEqual([closed, open]);
  });

  it('I-35 is not missed when the incident and the end of the exercise are heard at the same moment', async () => {
    for (let n = 0; n < 20; n += 1) {
      const exerciseId = randomUUID();
      await Promise.all([openOf(exerciseId), hearExercise(exerciseId, 'ENDED', 8)]);
      expect(await conflicts()).toEqual([open]);
    }
  });

  it('I-35 comes up with the incident if it was heard of late, and concerns no other exercise', async () => {
    const exerciseId = randomUUID();
    await hearExercise(randomUUID(), 'ENDED', 8);
    await openOf(exerciseId);
    expect(await conflicts()).toEqual([]);
    const late = { ...known };
    await hearExercise(exerciseId, 'ENDED', 8);
    expect(await conflicts()).toEqual([open]);
    await openOf(exerciseId);
    expect([known.incidentId === late.incidentId, await conflicts()]).toEqual([false, [open]]);
  });
});
