import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ActionKind } from '@tocsin/contracts';
import * as actions from './actions.ts';
import type { Incident } from './domain/incident.ts';
import { closeIncident } from './incidents.ts';
import { assess, createBench, legal, manager, responder, type Bench } from './testing/bench.ts';
import { reachClose } from './testing/reach-close.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());

const planned = { text: 'do it', ownerId: null, dueAt: null, doneBy: null };
const record = ({ id: incidentId, version }: Incident, kind: ActionKind, patch: object = {}): Promise<Incident> => {
  const order = { incidentId, expectedVersion: version, actionId: randomUUID(), kind, ...planned, ...patch };
  return bench.write(responder, (tx) => actions.recordAction(tx, order));
};
const step = ({ id: incidentId, version, actions: [action] }: Incident) => ({
  incidentId,
  expectedVersion: version,
  actionId: action?.id ?? '',
  reason: 'as found',
  evidenceIds: [],
});

describe('actions', () => {
  it('R-25 R-71 are started, completed, reviewed by another person, or cancelled, and come back as they were told', async () => {
    const incident = await bench.write(responder, async (tx) => assess(tx, await bench.anIncident()));
    const dueAt = new Date('2026-12-01T10:00:00Z');
    const recorded = await record(incident, 'EMERGENCY_MITIGATION', { ownerId: legal.id, dueAt });
    const started = await bench.write(responder, (tx) => actions.startAction(tx, step(recorded)));
    const done = await bench.write(responder, (tx) =>
      actions.completeAction(tx, { ...step(started), doneBy: legal.id }),
    );
    await bench.write(manager, (tx) => actions.reviewAction(tx, step(done)));
    const other = await record(await bench.seen(incident.id), 'WORKAROUND');
    const [, workaround] = other.actions;
    await bench.write(manager, (tx) => actions.cancelAction(tx, { ...step(other), actionId: workaround?.id ?? '' }));
    const seen = await bench.seen(incident.id);
    expect(seen.actions).toEqual([
      expect.objectContaining({ state: 'DONE', ownerId: legal.id, dueAt, doneBy: legal.id, reviewedBy: manager.id }),
      expect.objectContaining({ state: 'CANCELLED', cancelReason: 'as found', reviewedAt: null }),
    ]);
    expect(seen.actions[0]?.reviewedAt).toBeInstanceOf(Date);
    expect((await bench.eventsOf(incident.id)).filter((name) => name === 'ActionChanged')).toHaveLength(6);
  });

  it('R-27 an owner whom neither the staff directory nor the incident knows is PRINCIPAL_NOT_ELIGIBLE', async () => {
    const incident = await bench.write(responder, async (tx) => assess(tx, await bench.anIncident()));
    for (const patch of [{ ownerId: 'user:nobody' }, { doneBy: 'user:nobody' }])
      await expect(record(incident, 'CONTAINMENT', patch)).rejects.toMatchObject({ code: 'PRINCIPAL_NOT_ELIGIBLE' });
  });

  it('R-27 a long-term action survives closing, and is completed afterwards', async () => {
    const { id } = await bench.anIncident();
    await reachClose(bench, id);
    const long = { ownerId: legal.id, dueAt: new Date('2027-01-01T10:00:00Z') };
    const recorded = await record(await bench.seen(id), 'LONG_TERM_MITIGATION', long);
    const closed = await bench.write(manager, (tx) =>
      closeIncident(tx, { ...step(recorded), disposition: 'RESOLVED' }),
    );
    expect(closed).toMatchObject({ status: 'CLOSED', actions: [{ ...long, state: 'PLANNED' }] });
    await bench.write(responder, (tx) => actions.completeAction(tx, { ...step(closed), doneBy: legal.id }));
    expect(await bench.seen(id)).toMatchObject({ status: 'CLOSED', actions: [{ ...long, state: 'DONE' }] });
    expect((await bench.eventsOf(id)).slice(-2)).toEqual(['IncidentClosed', 'ActionChanged']);
  });
});
