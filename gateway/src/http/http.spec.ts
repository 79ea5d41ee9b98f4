import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { aPrincipal, makeKey } from '@tocsin/testkit';
import { startSystem, type System } from '../testing/system.ts';
import { tokenFor } from '../testing/tokens.ts';

const responder = aPrincipal('RESPONDER');
const incidentId = '3f0c1f8e-0d5e-4c6b-8a53-7f6d2a1b9c01';
const query = `{ incident(id: "${incidentId}") { id stage level } }`;

jest.setTimeout(30_000);

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
  it('joins two subgraphs for a principal who may see the incident; S-27 nothing is kept', async () => {
    const answer = await system.post(token, { query });
    expect(await answer.json()).toEqual({ data: { incident: { id: incidentId, stage: 'ASSESS', level: 'INCIDENT' } } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['no token', () => Promise.resolve(undefined)],
    ['an expired token', () => system.tokenOf(responder, { expiresIn: -30 })],
    ['a token for another audience', () => system.tokenOf(responder, { audience: 'other-api' })],
    ['a token of another type', () => system.tokenOf(responder, { typ: 'JWT' })],
    ['a forged token', async () => tokenFor(responder, await makeKey('issuer'))],
    ['a token without a role', () => system.tokenOf({ ...responder, roles: [] })],
    ['no JWT at all', () => Promise.resolve('tok_live_1')],
  ])('S-2, S-15 answers 401 for %s, before it reads the body', async (_what, makeToken) => {
    const answer = await system.post(await makeToken(), 'x'.repeat(200_000));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await codeOf(answer)).toBe('UNAUTHENTICATED');
  });

  it('answers 413 for a body of more than 128 KB', async () => {
    const answer = await system.post(token, { query, variables: { x: 'x'.repeat(131_072) } });
    expect([answer.status, await codeOf(answer)]).toEqual([413, 'REQUEST_TOO_LARGE']);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', ''])(
    'answers 415 for content type "%s"',
    async (contentType) => {
      const answer = await system.post(token, { query }, { 'content-type': contentType });
      expect([answer.status, await codeOf(answer)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    },
  );

  it.each(['{"query":', '[{"query":"{ levels }"}]', '"{ levels }"', 'null', ''])(
    'answers 400 for the body %s',
    async (body) => {
      const answer = await system.post(token, body);
      expect([answer.status, await codeOf(answer)]).toEqual([400, 'INVALID_JSON']);
    },
  );

  it('serves POST only, and nothing beside its paths', async () => {
    const get = await fetch(`${system.url}?query={levels}`, { headers: { authorization: `Bearer ${token}` } });
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(new URL('/admin', system.url))).status).toBe(404);
    expect((await fetch(new URL('/health/ready', system.url))).status).toBe(200);
    expect(await (await fetch(new URL('/metrics', system.url))).text()).toMatch(
      /^tocsin_gateway_subscriptions{.*} 0$/m,
    );
  });

  it('S-21 hands on a valid traceparent and no other header of the caller', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const forged = { 'x-tocsin-context': 'forged', 'x-tocsin-tenant': 'a', cookie: 'a=b', traceparent };
    await system.post(token, { query: '{ levels }' }, forged);
    const { headers, principal } = system.subgraphs.get('classification')?.received.at(-1) ?? fail();
    expect(headers['traceparent']).toBe(traceparent);
    expect(headers['x-tocsin-context']).not.toBe('forged');
    expect(headers).not.toHaveProperty('x-tocsin-tenant');
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('authorization');
    expect(principal).toEqual({ id: responder.id, kind: 'user', roles: ['RESPONDER'], scopes: [] });
  });

  it('drops a traceparent that is not valid', async () => {
    await system.post(token, { query: '{ levels }' }, { traceparent: '00-zz-00-01' });
    expect(system.subgraphs.get('classification')?.received.at(-1)?.headers).not.toHaveProperty('traceparent');
  });
});

const fail = (): never => {
  throw new Error('Nothing was received.');
};
