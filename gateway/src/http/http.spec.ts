import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPrincipal, makeKey } from '@tocsin/testkit';
import { startSystem, type System } from '../spec-support/system.ts';
import { tokenFor } from '../spec-support/tokens.ts';

const responder = aPrincipal('RESPONDER');
const incidentId = '3f0c1f8e-0d5e-4c6b-8a53-7f6d2a1b9c01';
const query = `{ incident(id: "${incidentId}") { id stage level } }`;

let system: System;
let token: string;

beforeAll(async () => {
  system = await startSystem();
  system.members.set(incidentId, new Set([responder.id]));
  token = await system.tokenOf(responder);
});
afterAll(() => system.stop());

const codeOf = async (answer: Response): Promise<unknown> => {
  const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code;
};

describe('GraphQL over HTTP', () => {
  it('joins two subgraphs for a principal who may see the incident', async () => {
    const answer = await system.post(token, { query });
    expect(await answer.json()).toEqual({ data: { incident: { id: incidentId, stage: 'ASSESS', level: 'INCIDENT' } } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});
