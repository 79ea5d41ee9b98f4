import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servicePrincipal, type Principal } from '@tocsin/access';
import type { DetectionPromoted, EventData } from '@tocsin/contracts';
import { command, inTransaction, read, type Transaction } from '@tocsin/database';
import { aPrincipal, testDatabase, type TestDatabase } from '@tocsin/testkit';
import type { Incident } from './domain/incident.ts';
import { handlers } from './events.ts';
import { listKnownFacts, listResponsibilityDecisions, listVisible, pageIncidents } from './incident-reads.ts';
import * as incidents from './incidents.ts';
import { pageStaff, saveStaffMember } from './staff.ts';
import { tables } from './store/tables.ts';

const admin = aPrincipal('PLATFORM_ADMIN');
const responder = aPrincipal('RESPONDER');
const manager = aPrincipal('INCIDENT_MANAGER');
const legal = aPrincipal('LEGAL');
const meta = { id: randomUUID(), type: 'tocsin.test', occurredAt: new Date() };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('incident', tables);
  for (const [person, role, onCall] of [
    [responder, 'RESPONDER', true],
    [manager, 'INCIDENT_MANAGER', true],
    [legal, 'LEGAL', false],
  ] as const)
    await write(admin, (tx) => saveStaffMember(tx, { principalId: person.id, name: role, roles: [role], onCall }));
});
afterAll(() => database.drop());

const write = <T>(by: Principal, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  inTransaction(database.db, { by, action: 'test' }, work);
const look = <T>(by: Principal, work: (tx: Transaction) => Promise<T>): Promise<T> => read(database.db, by, work);
const hear = (work: (tx: Transaction) => Promise<unknown>) => write(servicePrincipal('incident'), work);

const aPromotion = (patch: Partial<EventData<typeof DetectionPromoted>> = {}): EventData<typeof DetectionPromoted> => ({
  detectionId: randomUUID(),
  detectorId: randomUUID(),
  source: 'AUTOMATED_SIGNATURE',
  level: 'HIGH',
  realm: 'PROVIDER',
  tenantIds: [],
  signalCount: 1,
  firstSeenAt: '2026-11-20T09:00:00.000Z',
  lastSeenAt: '2026-11-20T09:00:00.000Z',
  at: '2026-11-20T09:05:00.000Z',
  automatic: false,
  promotedBy: responder.id,
  ...patch,
});

/** Handles a promotion, and reads the incident as a member sees it. */
async function anIncident(): Promise<Incident> {
  const promotion = aPromotion();
  await hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
  const [row] = await database.admin<{ id: string }>(
    'select incident_id as id from incident_detection where detection_id = $1',
    [promotion.detectionId],
  );
  return seen(row?.id ?? '');
}

async function seen(id: string, by = responder): Promise<Incident> {
  const [incident] = await look(by, (tx) => listVisible(tx, [id]));
  if (incident === undefined) throw new Error(`${by.id} does not see ${id}.`);
  return incident;
}

const eventsOf = async (incidentId: string): Promise<string[]> =>
  (
    await database.admin<{ type: string }>('select type from outbox where aggregate_id = $1 order by id', [incidentId])
  ).map(({ type }) => type.split('.')[2] ?? type);

const assess = (tx: Transaction, { id, version }: Incident) =>
  incidents.advanceStage(tx, {
    incidentId: id,
    expectedVersion: version,
    to: 'ASSESS',
    reason: 'mine',
    evidenceIds: [],
  });

const inPage = async (by: Principal): Promise<string[]> =>
  (await look(by, (tx) => pageIncidents(tx, { first: 100, after: null, stage: null, status: null }))).edges.map(
    ({ node }) => node.id,
  );

describe('DetectionPromoted', () => {
  it('R-23 opens an incident in DETECT, joins who is on call, and announces it', async () => {
    const incident = await anIncident();
    expect(incident).toMatchObject({
      stage: 'DETECT',
      onCallId: responder.id,
      incidentManagerId: manager.id,
      firstIndicationAt: new Date('2026-11-20T09:00:00Z'),
    });
    expect(await eventsOf(incident.id)).toEqual(['IncidentOpened', 'AssignmentChanged', 'AssignmentChanged']);
  });

  it('H-7 twice has one effect', async () => {
    const promotion = aPromotion();
    await hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
    await hear((tx) => handlers.DetectionPromoted(promotion, tx, meta));
    const rows = await database.admin('select 1 from incident_detection where detection_id = $1', [
      promotion.detectionId,
    ]);
    expect(rows).toHaveLength(1);
  });
});

describe('who sees an incident', () => {
  it('S-3 its members do; to others it is absent, in lists too', async () => {
    const { id } = await anIncident();
    await expect(seen(id, manager)).resolves.toMatchObject({ id });
    expect(await inPage(manager)).toContain(id);
    for (const stranger of [legal, aPrincipal('RESPONDER', { id: 'user:rod' }), admin]) {
      expect(await look(stranger, (tx) => listVisible(tx, [id]))).toEqual([]);
    }
    expect(await inPage(legal)).toEqual([]);
    await expect(inPage(admin)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('the role must be one of the principal’s own: a membership as RESPONDER is no use to LEGAL', async () => {
    const { id } = await anIncident();
    const sameId = aPrincipal('LEGAL', { id: responder.id });
    expect(await look(sameId, (tx) => listVisible(tx, [id]))).toEqual([]);
    expect(await inPage(sameId)).toEqual([]);
  });

  it('the provider’s own integration sees all, and commands nothing', async () => {
    const incident = await anIncident();
    const partner = aPrincipal('PARTNER');
    expect(await inPage(partner)).toContain(incident.id);
    await expect(write(partner, (tx) => assess(tx, incident))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('R-01 row security hides everything from a customer, whatever the query', async () => {
    await anIncident();
    const customer = aPrincipal('CUSTOMER_ADMIN');
    for (const table of ['incident', 'incident_member', 'incident_detection', 'staff_member', 'known_incident_fact'])
      expect(await look(customer, (tx) => tx.manager.query(`select 1 from ${table}`))).toEqual([]);
  });

  it('an absent incident and a hidden one are refused in the same words', async () => {
    const incident = await anIncident();
    const stranger = aPrincipal('RESPONDER', { id: 'user:rod' });
    const hidden = write(stranger, (tx) => assess(tx, incident)).catch((error: unknown) => error);
    const absent = write(stranger, (tx) => assess(tx, { ...incident, id: randomUUID() })).catch(
      (error: unknown) => error,
    );
    expect(await hidden).toMatchObject({ code: 'NOT_FOUND' });
    expect(await hidden).toEqual(await absent);
    await expect(write(stranger, (tx) => assess(tx, { ...incident, id: 'x' }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('pages go on where the last one ended, newest first', async () => {
    const opened = [await anIncident(), await anIncident(), await anIncident()].map(({ id }) => id).reverse();
    const page = (after: string | null) =>
      look(manager, (tx) => pageIncidents(tx, { first: 2, after, stage: 'DETECT', status: 'OPEN' }));
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect([...first.edges, ...second.edges].slice(0, 3).map(({ node }) => node.id)).toEqual(opened);
    await expect(page('nonsense')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('commands', () => {
  it('the same key and input has one effect; other input is refused', async () => {
    const incident = await anIncident();
    const input = { idempotencyKey: randomUUID(), to: 'ASSESS', incidentId: incident.id };
    const run = (changed: object = {}) =>
      command(database.db, { by: responder, name: 'advanceStage', input: { ...input, ...changed } }, async (tx) => {
        await assess(tx, incident);
        return { incidentId: incident.id };
      });
    expect(await run()).toEqual(await run());
    expect((await seen(incident.id)).stageEntries).toHaveLength(2);
    await expect(run({ to: 'DIAGNOSE' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('on an older version is CONCURRENT_CHANGE, also when two race', async () => {
    const incident = await anIncident();
    const outcomes = await Promise.allSettled([
      write(responder, (tx) => assess(tx, incident)),
      write(manager, (tx) => assess(tx, incident)),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONCURRENT_CHANGE' },
    });
    await expect(write(responder, (tx) => assess(tx, incident))).rejects.toMatchObject({ code: 'CONCURRENT_CHANGE' });
  });

  it('a refused one leaves nothing', async () => {
    const incident = await anIncident();
    const order = { incidentId: incident.id, expectedVersion: 1, to: 'CLOSE', reason: 'no', evidenceIds: [] } as const;
    await expect(write(responder, (tx) => incidents.advanceStage(tx, order))).rejects.toMatchObject({
      code: 'STAGE_TRANSITION_REFUSED',
    });
    expect(await seen(incident.id)).toEqual(incident);
    expect(await eventsOf(incident.id)).toHaveLength(3);
  });

  it('R-10 evidence, a decision on it, a new member and an action come back as they were told', async () => {
    const { id } = await anIncident();
    const on = async () => ({ incidentId: id, expectedVersion: (await seen(id)).version });
    const evidenceId = randomUUID();
    const collectedAt = new Date('2026-11-20T08:00:00Z');
    const text = 'log';
    const sha256 = 'b'.repeat(64);
    let target = await on();
    await write(responder, (tx) =>
      incidents.recordEvidence(tx, { ...target, evidenceId, text, sha256, environment: 'PRODUCTION', collectedAt }),
    );
    const grounds = { reason: 'our hosts', evidenceIds: [evidenceId] };
    target = await on();
    await write(manager, (tx) =>
      incidents.decideTheResponsibility(tx, { ...target, ...grounds, responsibility: 'PROVIDER' }),
    );
    target = await on();
    const until = new Date('2099-01-01T00:00:00Z');
    await write(manager, (tx) =>
      incidents.assignMember(tx, { ...target, ...grounds, role: 'LEGAL', principalId: legal.id, until }),
    );
    const incident = await seen(id, legal);
    expect(incident).toMatchObject({ responsibility: 'PROVIDER', version: 4 });
    expect(incident.evidence).toEqual([expect.objectContaining({ id: evidenceId, collectedAt, sha256 })]);
    expect(incident.members).toContainEqual({ principalId: legal.id, role: 'LEGAL', until });
    const [decisions] = await look(legal, (tx) => listResponsibilityDecisions(tx, [id]));
    expect(decisions?.value).toEqual([
      expect.objectContaining({ value: 'PROVIDER', actorId: manager.id, role: 'INCIDENT_MANAGER', ...grounds }),
    ]);
    expect((await eventsOf(id)).slice(3)).toEqual(['EvidenceAdded', 'ResponsibilityDecided', 'AssignmentChanged']);
  });
});

describe('what is heard from the others', () => {
  it('from two topics at once is not lost', async () => {
    const incidentId = randomUUID();
    const at = '2026-11-20T10:00:00.000Z';
    await Promise.all([
      hear((tx) => handlers.CinChanged({ incidentId, at, from: 'NOT_STARTED', to: 'PREPARING' }, tx, meta)),
      hear((tx) =>
        handlers.IncidentClassified({ incidentId, at, level: 'INCIDENT', domains: [], crspi: 'DECLINED' }, tx, meta),
      ),
    ]);
    const [known] = await look(responder, (tx) => listKnownFacts(tx, [incidentId]));
    expect(known?.value).toEqual({ cin: 'PREPARING', crspi: 'DECLINED', roundTheClock: false });
  });

  it('is remembered for each incident, and a declaration forbids CUSTOMER (I-4)', async () => {
    const { id: incidentId } = await anIncident();
    const at = '2026-11-20T10:00:00.000Z';
    await hear((tx) => handlers.CinChanged({ incidentId, at, from: 'NOT_STARTED', to: 'PREPARING' }, tx, meta));
    await hear((tx) =>
      handlers.CrspiDeclared(
        { incidentId, at, declaredAt: at, basis: ['ACCESS_LIKELY'], domains: ['SECURITY'] },
        tx,
        meta,
      ),
    );
    const [known] = await look(responder, (tx) => listKnownFacts(tx, [incidentId]));
    expect(known?.value).toEqual({ cin: 'PREPARING', crspi: 'DECLARED', roundTheClock: false });
    const { version } = await seen(incidentId);
    const evidenceId = randomUUID();
    await write(responder, (tx) =>
      incidents.recordEvidence(tx, {
        incidentId,
        expectedVersion: version,
        evidenceId,
        text: 'log',
        sha256: 'd'.repeat(64),
        environment: 'PRODUCTION',
        collectedAt: new Date(at),
      }),
    );
    const order = { incidentId, expectedVersion: version + 1, reason: 'theirs', evidenceIds: [evidenceId] };
    await expect(
      write(responder, (tx) => incidents.decideTheResponsibility(tx, { ...order, responsibility: 'CUSTOMER' })),
    ).rejects.toMatchObject({ code: 'RESPONSIBILITY_CONFLICT' });
  });
});

describe('the staff directory', () => {
  it('is saved by the platform administrator only', async () => {
    const entry = { principalId: 'user:new', name: 'New', roles: ['LEGAL'] as const, onCall: false };
    await expect(write(manager, (tx) => saveStaffMember(tx, entry))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is read in pages by him and the incident managers only', async () => {
    const first = await look(manager, (tx) => pageStaff(tx, { first: 2, after: null }));
    const second = await look(admin, (tx) => pageStaff(tx, { first: 2, after: first.pageInfo.endCursor }));
    const ids = [...first.edges, ...second.edges].map(({ node }) => node.principalId);
    expect(ids).toEqual([manager.id, legal.id, responder.id].sort());
    await expect(look(legal, (tx) => pageStaff(tx, { first: 1, after: null }))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

it('H-8 the migrated schema is what the tables say', async () => {
  const log = await database.db.source.driver.createSchemaBuilder().log();
  const ours = log.upQueries.map(({ query }) => query);
  expect(ours).toEqual([]);
});
