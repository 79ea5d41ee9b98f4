import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startAsking, type Asking } from './testing/ask.ts';
import { createBench, legal, manager, responder, type Bench } from './testing/bench.ts';

let bench: Bench;
let asking: Asking;
beforeAll(async () => {
  bench = await createBench();
  asking = await startAsking(bench.database);
});
afterAll(async () => {
  await asking.stop();
  await bench.database.drop();
});

const renaming =
  'mutation($input: RenameIncidentInput!) { renameIncident(input: $input) { incident { version title } } }';
const setting = 'mutation($input: SetTlpInput!) { setTlp(input: $input) { incident { title tlp } } }';
const target = (incidentId: string, expectedVersion: number) => ({
  idempotencyKey: randomUUID(),
  incidentId,
  expectedVersion,
});

it('an incident has the name and the traffic light that its members gave it', async () => {
  const { id, title, tlp } = await bench.anIncident();
  expect({ title, tlp }).toEqual({ title: 'A rule matched (HIGH)', tlp: 'AMBER' });
  const input = { ...target(id, 1), title: 'Ein Schlüssel „leckte“' };
  expect((await asking.ask(responder, renaming, { input })).data).toMatchObject({
    renameIncident: { incident: { version: 2, title: 'Ein Schlüssel „leckte“' } },
  });
  const decision = { ...target(id, 2), reason: 'it names a customer', tlp: 'RED' };
  expect((await asking.ask(manager, setting, { input: decision })).data).toMatchObject({
    setTlp: { incident: { tlp: 'RED' } },
  });
  await expect(bench.seen(id)).resolves.toMatchObject({ title: 'Ein Schlüssel „leckte“', tlp: 'RED', version: 3 });
  expect((await bench.eventsOf(id)).slice(-2)).toEqual(['IncidentRenamed', 'TlpChanged']);
});

it('S-49 a title is in no event and no audit entry', async () => {
  const { id } = await bench.anIncident();
  await asking.ask(responder, renaming, { input: { ...target(id, 1), title: 'canary' } });
  for (const table of ['outbox', 'audit']) {
    const rows = await bench.database.admin<{ row: string }>(`select t::text as row from ${table} t`);
    expect([table, rows.some(({ row }) => row.includes('canary'))]).toEqual([table, false]);
  }
});

it('S-3 to others the incident is absent; the traffic light is the manager’s', async () => {
  const { id } = await bench.anIncident();
  const input = { ...target(id, 1), title: 'mine', reason: 'mine', tlp: 'CLEAR' };
  const { title: _title, ...decision } = input;
  const { reason: _reason, tlp: _tlp, ...naming } = input;
  const codeOf = async (...[by, query, variables]: Parameters<Asking['ask']>) =>
    (await asking.ask(by, query, variables)).errors?.[0]?.extensions.code;
  expect(await codeOf(legal, renaming, { input: naming })).toBe('FORBIDDEN');
  expect(await codeOf({ ...responder, id: 'user:rod' }, renaming, { input: naming })).toBe('NOT_FOUND');
  expect(await codeOf(responder, setting, { input: decision })).toBe('FORBIDDEN');
});
