import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { aPrincipal } from '@tocsin/testkit';
import { startSystem, type System } from '../testing/system.ts';

const manager = aPrincipal('INCIDENT_MANAGER');
const incidentId = '3f0c1f8e-0d5e-4c6b-8a53-7f6d2a1b9c01';

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}

jest.setTimeout(30_000);

let system: System;
let token: string;

beforeAll(async () => {
  system = await startSystem();
  system.members.set(incidentId, new Set([manager.id]));
  token = await system.tokenOf(manager);
});
afterAll(() => system.stop());

const ask = async (query: string): Promise<Answer> => (await (await system.post(token, { query })).json()) as Answer;

describe('a subgraph behind the gateway', () => {
  it('S-19 is asked with a context signed over the bytes it receives', async () => {
    // The fixture answers 401 unless signature, audience and body hash are right.
    expect((await ask('{ levels }')).data).toEqual({ levels: ['EVENT', 'INCIDENT'] });
  });

  it('is asked once more after a lost connection, if it is a query', async () => {
    system.subgraphs.get('classification')?.drop(1);
    expect(await ask('{ levels }')).toEqual({ data: { levels: ['EVENT', 'INCIDENT'] } });
  });

  it('is never asked twice for a mutation', async () => {
    const incident = system.subgraphs.get('incident');
    incident?.drop(1);
    const before = incident?.received.length;
    const { errors } = await ask(`mutation { closeIncident(id: "${incidentId}") { id } }`);
    expect(errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE', details: {} });
    expect(errors?.[0]?.message).toContain('may have been made');
    expect(incident?.received.length).toBe(before);
  });

  it('passes on the refusals of its own catalogue with their details', async () => {
    const { errors } = await ask(`mutation { closeIncident(id: "${incidentId}") { id } }`);
    expect(errors).toEqual([
      {
        message: 'Not yet.',
        path: ['closeIncident'],
        extensions: { code: 'GATE_NOT_REACHED', details: { incidentId } },
      },
    ]);
  });

  it('S-25 tells nothing of what broke inside it but an errorId', async () => {
    const { errors } = await ask('{ fails }');
    expect(errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) });
    expect(JSON.stringify(errors)).not.toMatch(/ECONNREFUSED|10\.0\.0\.7|incident"/);
  });

  it('S-26 cannot reach Object.prototype with an alias', async () => {
    await ask(`{ __proto__: incident(id: "${incidentId}") { polluted: id } }`);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('nulls only its own fields when it is away, with UNAVAILABLE', async () => {
    await system.subgraphs.get('classification')?.stop();
    const { data, errors } = await ask(`{ incident(id: "${incidentId}") { stage level } }`);
    expect(data).toEqual({ incident: { stage: 'ASSESS', level: null } });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'UNAVAILABLE', details: {} }]);
    expect(JSON.stringify(errors)).not.toContain('127.0.0.1');
  });
});
