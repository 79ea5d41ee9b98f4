import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aPrincipal, eventually } from '@tocsin/testkit';
import { anEvent, everything, incidentId, startSockets, type Sockets } from '../testing/sockets.ts';

const responder = aPrincipal('RESPONDER');
const engineer = aPrincipal('SERVICE_ENGINEER');
const otherId = '3f0c1f8e-0d5e-4c6b-8a53-7f6d2a1b9c02';
let sockets: Sockets;

// Most of a test's time is the start of a gateway, on a machine that does much else.
jest.setTimeout(30_000);

/** Set by a test that takes a part away; the next one gets a new system. */
let isBroken = true;

beforeEach(async () => {
  if (isBroken) sockets = await startSockets();
  isBroken = false;
  sockets.system.members.clear();
  sockets.system.members.set(incidentId, new Set([responder.id]));
});
afterEach(async () => {
  if (isBroken) return sockets.stop();
  await sockets.hangUp();
  await sockets.subscribed(0);
});
afterAll(() => sockets.stop());

describe('incidentEvents', () => {
  it('joins the subgraphs of the incident to each event', async () => {
    const { frames } = await sockets.listen(responder);
    await sockets.subscribed(1);
    sockets.system.tail.onEvent(anEvent());
    await eventually(() => expect(frames).toHaveLength(1));
    expect(frames[0]).toEqual({
      data: {
        incidentEvents: {
          id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
          type: 'tocsin.incident.StageChanged.v1',
          occurredAt: '2026-11-25T10:00:00.000Z',
          tenantId: null,
          incident: { id: incidentId, stage: 'ASSESS', level: 'INCIDENT' },
        },
      },
    });
  });

  it('S-3 sends nothing of an incident that is not the principal’s to see', async () => {
    const [member, foreign] = [await sockets.listen(responder), await sockets.listen(engineer)];
    await sockets.subscribed(2);
    sockets.system.members.set(otherId, new Set([engineer.id]));
    sockets.system.tail.onEvent(anEvent(incidentId));
    sockets.system.tail.onEvent(anEvent(otherId));
    await eventually(() => expect([member.frames.length, foreign.frames.length]).toEqual([1, 1]));
    expect(JSON.stringify(foreign.frames)).not.toContain(incidentId);
    expect(JSON.stringify(member.frames)).not.toContain(otherId);
  });

  it('narrows to one incident', async () => {
    sockets.system.members.set(otherId, new Set([responder.id]));
    const { frames } = await sockets.listen(
      responder,
      `subscription { incidentEvents(incidentId: "${otherId}") { incident { id } } }`,
    );
    await sockets.subscribed(1);
    sockets.system.tail.onEvent(anEvent(incidentId));
    sockets.system.tail.onEvent(anEvent(otherId));
    await eventually(() => expect(frames).toHaveLength(1));
    expect(JSON.stringify(frames)).toContain(otherId);
  });

  it('leaves out events that are not about an incident', async () => {
    const { frames } = await sockets.listen(responder);
    await sockets.subscribed(1);
    sockets.system.tail.onEvent({
      ...anEvent(),
      type: 'tocsin.notification.TenantChanged.v1',
      data: { tenantId: randomUUID() },
    });
    sockets.system.tail.onEvent(anEvent());
    await eventually(() => expect(frames).toHaveLength(1));
  });

  it('still tells of the event when a subgraph is away; its field is null', async () => {
    const { frames } = await sockets.listen(responder);
    await sockets.subscribed(1);
    isBroken = true;
    await sockets.system.subgraphs.get('classification')?.stop();
    sockets.system.tail.onEvent(anEvent());
    await eventually(() => expect(frames).toHaveLength(1));
    expect(frames[0]).toMatchObject({
      data: { incidentEvents: { incident: { stage: 'ASSESS', level: null } } },
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
  });

  it('S-52 ends the socket, with the reason, when nobody can tell who may see an event', async () => {
    const listener = await sockets.listen(responder);
    await sockets.subscribed(1);
    isBroken = true;
    await sockets.system.subgraphs.get('incident')?.stop();
    sockets.system.tail.onEvent(anEvent());
    await eventually(() => expect(listener.closed).toMatchObject({ code: 4410 }));
    expect(listener.closed?.reason).toContain('events were missed');
    expect(listener.frames).toEqual([]);
  });

  it('executes once for subscribers with the same rights and document', async () => {
    const listeners = [
      await sockets.listen(responder),
      await sockets.listen(responder),
      await sockets.listen(responder),
    ];
    await sockets.subscribed(3);
    const before = sockets.system.subgraphs.get('classification')?.received.length ?? 0;
    sockets.system.tail.onEvent(anEvent());
    await eventually(() => expect(listeners.map(({ frames }) => frames.length)).toEqual([1, 1, 1]));
    expect((sockets.system.subgraphs.get('classification')?.received.length ?? 0) - before).toBe(1);
  });
});

describe('the end of a socket', () => {
  it('S-32 comes with the end of the token: 4403', async () => {
    const listener = await sockets.listen(responder, everything, 1);
    await eventually(() => expect(listener.closed).toMatchObject({ code: 4403 }), { timeoutMs: 5_000 });
  });

  it('tells every subscriber when the tail may have missed events', async () => {
    const listener = await sockets.listen(responder);
    await sockets.subscribed(1);
    sockets.system.tail.onGap('the broker was away');
    await eventually(() => expect(listener.closed).toMatchObject({ code: 4410 }));
    expect(listener.closed?.reason).toBe('events were missed: read again and subscribe anew');
    await sockets.subscribed(0);
  });

  it('S-30 tells a subscriber who does not keep up', async () => {
    const socket = await sockets.raw(await sockets.system.tokenOf(responder));
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: everything } }));
    await sockets.subscribed(1);
    const closed = once(socket, 'close') as Promise<[number, Buffer]>;
    for (let i = 0; i < 200; i += 1) sockets.system.tail.onEvent(anEvent());
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([4410, 'events were missed: read again and subscribe anew']);
  });

  it('comes with the end of the process: 1001', async () => {
    const listener = await sockets.listen(responder);
    await sockets.subscribed(1);
    isBroken = true;
    await sockets.system.stop();
    expect(listener.closed).toMatchObject({ code: 1001, reason: expect.stringContaining('subscribe anew') });
  });
});
