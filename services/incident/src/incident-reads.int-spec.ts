import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { aPrincipal } from '@tocsin/testkit';
import { pageIncidents } from './incident-lists.ts';
import { listVisible } from './incident-reads.ts';
import { pageStaff, saveStaffMember } from './staff.ts';
import { admin, assess, createBench, legal, manager, responder, type Bench } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

const inPage = async (by: Principal): Promise<string[]> =>
  (await bench.look(by, (tx) => pageIncidents(tx, { first: 100, after: null, filter: {}, order: 'NEWEST' }))).edges.map(
    ({ node }) => node.id,
  );

describe('who sees an incident', () => {
  it('S-3 its members do; to others it is absent, in lists too', async () => {
    const { id } = await bench.anIncident();
    await expect(bench.seen(id, manager)).resolves.toMatchObject({ id });
    expect(await inPage(manager)).toContain(id);
    for (const stranger of [legal, aPrincipal('RESPONDER', { id: 'user:rod' }), admin]) {
      expect(await bench.look(stranger, (tx) => listVisible(tx, [id]))).toEqual([]);
    }
    expect(await inPage(legal)).toEqual([]);
    await expect(inPage(admin)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('the role must be one of the principal’s own: a membership as RESPONDER is no use to LEGAL', async () => {
    const { id } = await bench.anIncident();
    const sameId = aPrincipal('LEGAL', { id: responder.id });
    expect(await bench.look(sameId, (tx) => listVisible(tx, [id]))).toEqual([]);
    expect(await inPage(sameId)).toEqual([]);
  });

  it('the provider’s own integration sees all, and commands nothing', async () => {
    const incident = await bench.anIncident();
    const partner = aPrincipal('PARTNER');
    expect(await inPage(partner)).toContain(incident.id);
    await expect(bench.write(partner, (tx) => assess(tx, incident))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('R-01 row security hides everything from a customer, whatever the query', async () => {
    await bench.anIncident();
    const customer = aPrincipal('CUSTOMER_ADMIN');
    const tables = [
      'incident',
      'incident_member',
      'incident_detection',
      'staff_member',
      'known_incident_fact',
      'known_conflict',
      'known_detection',
      'known_tenant',
      'post_mortem',
      'timeline_entry',
      'exercise',
      'incident_listing',
      'incident_search',
      'searchable_incident',
    ];
    for (const table of tables)
      expect(await bench.look(customer, (tx) => tx.manager.query(`select 1 from ${table}`))).toEqual([]);
  });

  it('an absent incident and a hidden one are refused in the same words', async () => {
    const incident = await bench.anIncident();
    const stranger = aPrincipal('RESPONDER', { id: 'user:rod' });
    const hidden = bench.write(stranger, (tx) => assess(tx, incident)).catch((error: unknown) => error);
    const absent = bench
      .write(stranger, (tx) => assess(tx, { ...incident, id: randomUUID() }))
      .catch((error: unknown) => error);
    expect(await hidden).toMatchObject({ code: 'NOT_FOUND' });
    expect(await hidden).toEqual(await absent);
    await expect(bench.write(stranger, (tx) => assess(tx, { ...incident, id: 'x' }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('pages go on where the last one ended, newest first', async () => {
    const opened = [await bench.anIncident(), await bench.anIncident(), await bench.anIncident()]
      .map(({ id }) => id)
      .reverse();
    const page = (after: string | null) =>
      bench.look(manager, (tx) =>
        pageIncidents(tx, { first: 2, after, filter: { stages: ['DETECT'], statuses: ['OPEN'] }, order: 'NEWEST' }),
      );
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect([...first.edges, ...second.edges].slice(0, 3).map(({ node }) => node.id)).toEqual(opened);
    await expect(page('nonsense')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('the staff directory', () => {
  it('is saved by the platform administrator only', async () => {
    const entry = { principalId: 'user:new', name: 'New', roles: ['LEGAL'] as const, onCall: false };
    await expect(bench.write(manager, (tx) => saveStaffMember(tx, entry))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is read in pages by him and the incident managers only', async () => {
    const first = await bench.look(manager, (tx) => pageStaff(tx, { first: 2, after: null }));
    const second = await bench.look(admin, (tx) => pageStaff(tx, { first: 2, after: first.pageInfo.endCursor }));
    const ids = [...first.edges, ...second.edges].map(({ node }) => node.principalId);
    expect(ids).toEqual([manager.id, legal.id, responder.id].sort());
    await expect(bench.look(legal, (tx) => pageStaff(tx, { first: 1, after: null }))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
