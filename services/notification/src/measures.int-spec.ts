import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ActionKind, ActionState } from '@tocsin/contracts';
import { handlers } from './events.ts';
import { approveNotice, draftNotice, sendNotice } from './notices.ts';
import { findNotice } from './queries.ts';
import { fields } from './testing/a-notice.ts';
import { createBench, declaredAt, legal, mailDomain, meta, writer, type Bench } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

/** An action of the incident as it is announced; returns its id. */
async function announced(incidentId: string, state: ActionState, kind: ActionKind = 'CONTAINMENT', id = randomUUID()) {
  const fact = { incidentId, actionId: id, kind, state, at: declaredAt };
  await bench.hear((tx) => handlers.ActionChanged(fact, tx, meta));
  return id;
}

/** An incident that may be notified, its affected customer, and how to draft a notice that cites actions. */
async function aStory() {
  const incidentId = await bench.anIncident();
  const customer = await bench.aCustomer();
  await bench.scope(incidentId, customer, 'LIKELY');
  await bench.declare(incidentId);
  await bench.authorize(incidentId);
  const order = { incidentId, tenantId: customer.tenantId, phase: 'INITIAL' as const };
  const wholeFields = { ...fields, recommendedActions: [...fields.recommendedActions] };
  const draft = (actionIds: string[]) =>
    bench.write(writer, (tx) => draftNotice(tx, { ...order, fields: wholeFields, actionIds }));
  return { incidentId, draft };
}

const approve = ({ id: noticeId, version: expectedVersion }: { id: string; version: number }) =>
  bench.write(legal, (tx) => approveNotice(tx, { noticeId, expectedVersion, reason: 'true and complete' }));
const send = ({ id: noticeId, version: expectedVersion }: { id: string; version: number }) =>
  bench.write(writer, (tx) => sendNotice(tx, { noticeId, expectedVersion }, mailDomain));

describe('measures in a notice', () => {
  it('R-25 containment, mitigation and workaround are cited as they are, and stay so in the notice', async () => {
    const { incidentId, draft } = await aStory();
    const containment = await announced(incidentId, 'DONE', 'CONTAINMENT');
    const mitigation = await announced(incidentId, 'IN_PROGRESS', 'MITIGATION');
    const workaround = await announced(incidentId, 'PLANNED', 'WORKAROUND');
    const { id } = await draft([containment, mitigation, workaround]);
    await announced(incidentId, 'DONE', 'WORKAROUND', workaround);
    const notice = await bench.look(legal, (tx) => findNotice(tx, id));
    expect(notice?.citedActions).toEqual([
      { id: containment, kind: 'CONTAINMENT', state: 'DONE' },
      { id: mitigation, kind: 'MITIGATION', state: 'IN_PROGRESS' },
      { id: workaround, kind: 'WORKAROUND', state: 'PLANNED' },
    ]);
    expect(notice?.body).toContain(
      `${fields.measures}\n- Containment: done\n- Mitigation: under way\n- Workaround: planned\n`,
    );
  });

  it('R-25 an action of another incident is ACTION_UNKNOWN', async () => {
    const [{ draft }, other] = [await aStory(), await aStory()];
    const foreign = await announced(other.incidentId, 'DONE');
    await expect(draft([foreign])).rejects.toMatchObject({ code: 'ACTION_UNKNOWN', details: { actionIds: [foreign] } });
  });

  it('R-82 one that is cancelled meanwhile holds up the approval and the sending', async () => {
    const { incidentId, draft } = await aStory();
    const action = await announced(incidentId, 'PLANNED');
    const drafted = await draft([action]);
    const approved = await approve(await draft([action]));
    await announced(incidentId, 'CANCELLED', 'CONTAINMENT', action);
    for (const attempt of [draft([action]), approve(drafted), send(approved)])
      await expect(attempt).rejects.toMatchObject({ code: 'ACTION_CANCELLED' });
    await expect(draft([]).then(approve).then(send)).resolves.toMatchObject({ state: 'SENT' });
  });
});
