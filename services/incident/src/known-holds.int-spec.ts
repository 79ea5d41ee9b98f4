import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventData, HoldChanged } from '@tocsin/contracts';
import { aPrincipal } from '@tocsin/testkit';
import { handlers } from './events.ts';
import { pageOverdueReviews } from './hold-reviews.ts';
import { advanceStage } from './incidents.ts';
import { listActiveHolds } from './store/known-hold-store.ts';
import { createBench, manager, meta, type Bench } from './testing/bench.ts';
import { reachClose } from './testing/reach-close.ts';

let bench: Bench;
let incidentId: string;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());
beforeEach(async () => {
  ({ id: incidentId } = await bench.anIncident());
});

type Heard = EventData<typeof HoldChanged>;
const aHold = (patch: Partial<Heard> = {}): Heard => ({
  incidentId,
  holdId: randomUUID(),
  ground: 'RISK_TO_OTHER_CUSTOMERS',
  obligationIds: [randomUUID()],
  state: 'ACTIVE',
  reviewAt: '2026-11-21T10:00:00.000Z',
  at: '2026-11-20T10:00:00.000Z',
  ...patch,
});
const hear = (hold: Heard) => bench.hear((tx) => handlers.HoldChanged(hold, tx, meta));
const active = (by = manager) => bench.look(by, (tx) => listActiveHolds(tx, incidentId));

/** The last of the steps that `reachClose` takes, again. */
async function close() {
  const { version: expectedVersion } = await bench.seen(incidentId);
  const order = { incidentId, expectedVersion, to: 'CLOSE' as const, reason: 'done', evidenceIds: [] };
  return bench.write(manager, (tx) => advanceStage(tx, order));
}

describe('a hold of notices that was heard of', () => {
  it('R-85 R-86 holds up STABILIZE -> CLOSE while it is ACTIVE, and names itself', async () => {
    const hold = aHold();
    await hear(hold);
    const details = { holdIds: [hold.holdId] };
    await expect(reachClose(bench, incidentId)).rejects.toMatchObject({ code: 'HOLD_ACTIVE', details });
    await hear({ ...hold, reviewAt: '2026-11-22T10:00:00.000Z' });
    await expect(close()).rejects.toMatchObject({ code: 'HOLD_ACTIVE', details });
    expect(await bench.seen(incidentId)).toMatchObject({ stage: 'STABILIZE' });
    await hear({ ...hold, state: 'RELEASED' });
    expect(await close()).toMatchObject({ stage: 'CLOSE' });
  });

  it.each(['PROPOSED', 'REJECTED', 'RELEASED'] as const)('R-85 does not if it is %s', async (state) => {
    await hear(aHold({ state }));
    await reachClose(bench, incidentId);
    expect(await bench.seen(incidentId)).toMatchObject({ stage: 'CLOSE' });
  });

  it('R-85 of another incident holds up nothing here', async () => {
    await hear(aHold({ incidentId: randomUUID() }));
    await reachClose(bench, incidentId);
    expect(await bench.seen(incidentId)).toMatchObject({ stage: 'CLOSE' });
  });

  it('S-13 is hidden from a customer by the database itself', async () => {
    await hear(aHold());
    expect([(await active()).length, await active(aPrincipal('CUSTOMER_ADMIN'))]).toEqual([1, []]);
  });
});

describe('I-17 a hold that nobody reviewed in time', () => {
  /** The service's clock stands at this instant. */
  const goTo = (at: string): Promise<unknown> =>
    bench.database.admin(
      `create or replace function clock_now() returns timestamptz language sql stable as 'select timestamptz ''${at}'''`,
    );
  const watch = () => bench.hear(pageOverdueReviews);
  const pagesOf = ({ holdId }: Heard) =>
    bench.database.admin(`select kind, state, incident_id as "incidentId", round from page where subject_id = $1`, [
      holdId,
    ]);

  it('pages somebody once for each review that was missed, until it is renewed or released', async () => {
    const hold = aHold();
    await hear(hold);
    await goTo('2026-11-21T09:59:59Z');
    await watch();
    expect(await pagesOf(hold)).toEqual([]);
    await goTo('2026-11-21T10:00:00Z');
    for (let times = 0; times < 2; times += 1) await watch();
    const page = { kind: 'HOLD_REVIEW', incidentId };
    expect(await pagesOf(hold)).toEqual([{ ...page, state: 'OPEN', round: 1 }]);
    await hear(hold);
    expect(await pagesOf(hold)).toEqual([{ ...page, state: 'OPEN', round: 1 }]);
    const renewed = { ...hold, reviewAt: '2026-11-22T10:00:00.000Z' };
    await hear(renewed);
    await watch();
    expect(await pagesOf(hold)).toEqual([{ ...page, state: 'CANCELLED', round: 1 }]);
    await goTo('2026-11-22T11:00:00Z');
    for (let times = 0; times < 2; times += 1) await watch();
    expect(await pagesOf(hold)).toEqual([{ ...page, state: 'OPEN', round: 4 }]);
    await hear({ ...renewed, state: 'RELEASED' });
    await watch();
    expect(await pagesOf(hold)).toEqual([{ ...page, state: 'CANCELLED', round: 4 }]);
  });

  it('pages nobody for a proposal, however old', async () => {
    const proposal = aHold({ state: 'PROPOSED' });
    await hear(proposal);
    await goTo('2026-12-31T10:00:00Z');
    await watch();
    expect(await pagesOf(proposal)).toEqual([]);
  });
});
