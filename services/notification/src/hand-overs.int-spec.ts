import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventData, DetectionRaised } from '@tocsin/contracts';
import { aPrincipal } from '@tocsin/testkit';
import { saveTenant } from './directory.ts';
import type { HandOver } from './domain/hand-over.ts';
import { handlers } from './events.ts';
import { handOversOf, listHandOvers } from './hand-overs.ts';
import { findCustomerNotification, listAdvisories } from './queries.ts';
import { HandOverTable } from './store/hand-over-table.ts';
import { admin, createBench, declaredAt, manager, meta, type Bench, type Customer } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

const aDetection = (patch: Partial<EventData<typeof DetectionRaised>> = {}): EventData<typeof DetectionRaised> => ({
  detectionId: randomUUID(),
  detectorId: randomUUID(),
  source: 'CUSTOMER_REPORT',
  level: 'MEDIUM',
  realm: 'CUSTOMER',
  tenantIds: [],
  signalCount: 1,
  firstSeenAt: declaredAt,
  lastSeenAt: declaredAt,
  at: declaredAt,
  ...patch,
});

const issue = (incidentId: string, { tenantId }: Pick<Customer, 'tenantId'>) =>
  bench.hear((tx) => handlers.HandOverIssued({ incidentId, tenantId, at: declaredAt }, tx, meta));
const raise = (detection: EventData<typeof DetectionRaised>) =>
  bench.hear((tx) => handlers.DetectionRaised(detection, tx, meta));

/** What somebody of the tenant reads. */
async function readBy({ tenantId }: Pick<Customer, 'tenantId'>): Promise<HandOver[]> {
  const reader = aPrincipal('CUSTOMER_READER', { tenantId });
  const { edges } = await bench.look(reader, (tx) => listHandOvers(tx, { first: 10 }));
  return edges.map(({ node }) => node);
}

describe('an incident that is the customer’s', () => {
  it('R-12 is handed over to its tenant once, and to nobody else', async () => {
    const [x, y] = [await bench.aCustomer('X'), await bench.aCustomer('Y')];
    const incidentId = await bench.anIncident();
    for (let times = 0; times < 2; times += 1) await issue(incidentId, x);
    expect(await readBy(x)).toEqual([expect.objectContaining({ tenantId: x.tenantId })]);
    expect(await readBy(y)).toEqual([]);
    const staff = await bench.look(manager, (tx) => handOversOf(tx, incidentId));
    expect(staff?.map(({ tenantId }) => tenantId)).toEqual([x.tenantId]);
  });

  it('R-12 starts no customer notification and no clock, and posts nothing', async () => {
    const customer = await bench.aCustomer();
    const incidentId = await bench.anIncident();
    await issue(incidentId, customer);
    const notification = await bench.look(manager, (tx) => findCustomerNotification(tx, incidentId));
    expect(notification).toMatchObject({ cin: { state: 'NOT_STARTED' }, obligations: [], notices: [] });
    const rows = await bench.database.admin('select 1 from outbox where data::jsonb ->> $1 = $2', [
      'incidentId',
      incidentId,
    ]);
    expect(rows).toEqual([]);
    const reader = aPrincipal('CUSTOMER_READER', { tenantId: customer.tenantId });
    expect((await bench.look(reader, (tx) => listAdvisories(tx, { first: 10 }))).edges).toEqual([]);
  });

  it('R-35 I-35 of an exercise is no tenant’s to hear', async () => {
    const customer = await bench.aCustomer();
    const issued = { incidentId: await bench.anIncident(), tenantId: customer.tenantId, at: declaredAt };
    await bench.hear((tx) => handlers.HandOverIssued({ ...issued, exerciseId: randomUUID() }, tx, meta));
    expect(await readBy(customer)).toEqual([]);
  });

  it('R-13 names the support route that the tenant had contracted then, or only the tools', async () => {
    const tenantId = randomUUID();
    const tenant = { tenantId, name: 'Fenwick', zone: 'Europe/Dublin', locale: 'en', subscriptions: [] };
    const save = (expectedVersion: number, supportRoute?: string) =>
      bench.write(admin, (tx) =>
        saveTenant(tx, { ...tenant, expectedVersion, ...(supportRoute !== undefined && { supportRoute }) }),
      );
    await save(0, 'contract 7, severity A');
    await issue(await bench.anIncident(), { tenantId });
    await save(1);
    await issue(await bench.anIncident(), { tenantId });
    const read = await readBy({ tenantId });
    expect(read.map(({ supportRoute }) => supportRoute)).toEqual([null, 'contract 7, severity A']);
    for (const { tools } of read) expect(tools.length).toBeGreaterThan(0);
  });
});

describe('a detection of the customer’s realm', () => {
  it('R-11 is handed over once to each tenant it concerns, without an incident', async () => {
    const customer = await bench.aCustomer();
    const detection = aDetection({ tenantIds: [customer.tenantId] });
    for (let times = 0; times < 2; times += 1) await raise(detection);
    const { detectionId } = detection;
    expect(await readBy(customer)).toEqual([expect.objectContaining({ detectionId, incidentId: null })]);
  });

  it.each(['PROVIDER', 'UNKNOWN'] as const)('R-11 one of realm %s is not', async (realm) => {
    const customer = await bench.aCustomer();
    await raise(aDetection({ realm, tenantIds: [customer.tenantId] }));
    expect(await readBy(customer)).toEqual([]);
  });
});

describe('who reads a hand-over', () => {
  it('S-13 the database shows a tenant its own only; S-3 no stranger sees that there is one', async () => {
    const [x, y] = [await bench.aCustomer('X'), await bench.aCustomer('Y')];
    const incidentId = await bench.anIncident();
    for (const customer of [x, y]) await issue(incidentId, customer);
    const reader = aPrincipal('CUSTOMER_READER', { tenantId: x.tenantId });
    const all = await bench.look(reader, (tx) => tx.manager.getRepository(HandOverTable).find());
    expect(all.map(({ tenantId }) => tenantId)).toEqual([x.tenantId]);
    expect(await bench.look(reader, (tx) => handOversOf(tx, incidentId))).toBeNull();
    const stranger = aPrincipal('LEGAL', { id: 'user:lia' });
    expect(await bench.look(stranger, (tx) => handOversOf(tx, incidentId))).toBeNull();
    expect((await bench.look(manager, (tx) => listHandOvers(tx, { first: 10 }))).edges).toEqual([]);
  });

  it('pages go on where the last one ended, newest first', async () => {
    const customer = await bench.aCustomer();
    for (let n = 0; n < 3; n += 1) await issue(await bench.anIncident(), customer);
    const reader = aPrincipal('CUSTOMER_ADMIN', { tenantId: customer.tenantId });
    const page = (after: string | null) => bench.look(reader, (tx) => listHandOvers(tx, { first: 2, after }));
    const one = await page(null);
    const two = await page(one.pageInfo.endCursor);
    const ids = [...one.edges, ...two.edges].map(({ node }) => node.id);
    expect(ids).toEqual((await readBy(customer)).map(({ id }) => id));
    expect([one.pageInfo.hasNextPage, two.pageInfo.hasNextPage]).toEqual([true, false]);
  });
});
