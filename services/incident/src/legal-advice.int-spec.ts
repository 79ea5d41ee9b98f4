import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aPrincipal } from '@tocsin/testkit';
import { recordAction } from './actions.ts';
import { handlers } from './events.ts';
import { assignMember } from './incidents.ts';
import { saveStaffMember } from './staff.ts';
import { admin, assess, createBench, legal, manager, meta, responder, type Bench } from './testing/bench.ts';

const at = '2026-11-20T09:00:00.000Z';
const other = aPrincipal('LEGAL', { id: 'user:lena' });

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.database.drop());
beforeEach(() => enter(other, false, []));

const enter = (person: typeof legal, onCall: boolean, environments: 'GOVERNMENT'[]) =>
  bench.write(admin, (tx) =>
    saveStaffMember(tx, { principalId: person.id, name: 'L', roles: ['LEGAL'], onCall, environments }),
  );
const suspect = (incidentId: string, active = true) =>
  bench.hear((tx) => handlers.SuspicionChanged({ incidentId, active, at }, tx, meta));
const advisersOf = async (incidentId: string) => {
  const { members } = await bench.seen(incidentId);
  return members
    .filter(({ role }) => role === 'LEGAL')
    .map(({ principalId }) => principalId)
    .sort();
};

describe('R-60 legal advisers', () => {
  it('are no members of an incident that nobody suspects, and see nothing of it', async () => {
    const { id } = await bench.anIncident();
    await suspect(id, false);
    expect(await advisersOf(id)).toEqual([]);
    await expect(bench.seen(id, legal)).rejects.toThrow('does not see');
  });

  it('are joined at the suspicion, all of them if nobody is on call, once, and announced', async () => {
    const { id, version } = await bench.anIncident();
    await suspect(id);
    await suspect(id);
    expect(await advisersOf(id)).toEqual([legal.id, other.id].sort());
    expect((await bench.seen(id)).version).toBe(version + 1);
    const joined = (await bench.eventsOf(id)).filter((name) => name === 'AssignmentChanged');
    expect(joined).toHaveLength(4);
  });

  it('see the actions of the responders then', async () => {
    const { id, version } = await bench.write(responder, async (tx) => assess(tx, await bench.anIncident()));
    const action = { actionId: randomUUID(), kind: 'CONTAINMENT', text: 'quarantined the host' } as const;
    const order = { incidentId: id, expectedVersion: version, ...action, ownerId: null, dueAt: null, doneBy: null };
    await bench.write(responder, (tx) => recordAction(tx, order));
    await suspect(id);
    const { actions } = await bench.seen(id, legal);
    expect(actions).toMatchObject([{ text: action.text }]);
  });

  it('who are on call are joined alone, with the environments that the directory gives them', async () => {
    const { id } = await bench.anIncident();
    await enter(other, true, ['GOVERNMENT']);
    await suspect(id);
    expect(await advisersOf(id)).toEqual([other.id]);
    expect((await bench.seen(id)).members).toContainEqual({
      ...{ principalId: other.id, role: 'LEGAL', environments: ['GOVERNMENT'], until: null },
    });
  });

  it('are not joined beside one who takes part already, but in place of one whose time is over', async () => {
    const { id, version } = await bench.anIncident();
    const grounds = { incidentId: id, reason: 'advice', evidenceIds: [], role: 'LEGAL' as const };
    const until = new Date(Date.now() + 3_600_000);
    await bench.write(manager, (tx) =>
      assignMember(tx, { ...grounds, expectedVersion: version, principalId: other.id, until }),
    );
    await suspect(id);
    expect(await advisersOf(id)).toEqual([other.id]);
    const sql = `update incident_member set until = now() - interval '1 second' where incident_id = $1 and until = $2`;
    await bench.database.admin(sql, [id, until]);
    await suspect(id);
    expect(await advisersOf(id)).toEqual([legal.id, other.id].sort());
  });
});
