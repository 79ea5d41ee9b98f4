import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConflictChanged, EventData } from '@tocsin/contracts';
import { aPrincipal } from '@tocsin/testkit';
import { hearConflict, listOpenConflicts } from './conflicts.ts';
import { handlers } from './events.ts';
import { createBench, meta, responder, type Bench } from './testing/bench.ts';

type Heard = EventData<typeof ConflictChanged>;

let bench: Bench;
let incidentId: string;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());
beforeEach(async () => {
  ({ id: incidentId } = await bench.anIncident());
});

const aConflict = (at: string, patch: Partial<Heard> = {}): Heard => ({
  incidentId,
  at,
  conflictId: randomUUID(),
  kind: 'VERDICT_STALE',
  open: true,
  ...patch,
});
const first = '2026-11-20T10:00:00.000Z';
const second = '2026-11-20T11:00:00.000Z';
const hear = (conflict: Heard) => bench.hear((tx) => handlers.ConflictChanged(conflict, tx, meta));
const open = async (by = responder) => {
  const [listed] = await bench.look(by, (tx) => listOpenConflicts(tx, [incidentId]));
  return listed?.value.map(({ id, kind, openedAt }) => ({ id, kind, openedAt }));
};

describe('a conflict that classification announces', () => {
  it('I-22 is known until it is settled, oldest first', async () => {
    const stale = aConflict(second);
    const customer = aConflict(first, { kind: 'DECLARED_BUT_CUSTOMER' });
    await hear(stale);
    await hear(customer);
    expect(await open()).toEqual([
      { id: customer.conflictId, kind: 'DECLARED_BUT_CUSTOMER', openedAt: new Date(first) },
      { id: stale.conflictId, kind: 'VERDICT_STALE', openedAt: new Date(second) },
    ]);
    await hear({ ...customer, open: false, at: second });
    expect(await open()).toMatchObject([{ id: stale.conflictId }]);
  });

  it('H-7 pages somebody, once, when it comes up, until it is settled', async () => {
    const conflict = aConflict(first);
    await hear(conflict);
    await hear(conflict);
    const sql = `select kind, state, incident_id as "incidentId" from page where subject_id = $1`;
    const pages = () => bench.database.admin(sql, [conflict.conflictId]);
    expect(await pages()).toEqual([{ kind: 'CONFLICT', state: 'OPEN', incidentId }]);
    await hear({ ...conflict, open: false, at: second });
    expect(await pages()).toEqual([{ kind: 'CONFLICT', state: 'CANCELLED', incidentId }]);
  });

  it('H-7 has come up once, however often it is heard, and stays settled', async () => {
    const conflict = aConflict(first);
    const settled = { ...conflict, open: false, at: second };
    const results: unknown[] = [];
    for (const heard of [conflict, conflict, settled, settled, conflict])
      results.push(await bench.hear((tx) => hearConflict(tx, heard)));
    expect(results).toEqual([expect.objectContaining({ id: conflict.conflictId }), null, null, null, null]);
    expect(await open()).toEqual([]);
  });

  it('H-7 is settled also if its end is heard first', async () => {
    const conflict = aConflict(first);
    await hear({ ...conflict, open: false, at: second });
    await hear(conflict);
    expect(await open()).toEqual([]);
  });

  it('S-13 is hidden from a customer by the database itself, and another incident has none', async () => {
    await hear(aConflict(first));
    expect(await open()).toHaveLength(1);
    expect(await open(aPrincipal('CUSTOMER_ADMIN'))).toEqual([]);
    ({ id: incidentId } = await bench.anIncident());
    expect(await open()).toEqual([]);
  });
});
