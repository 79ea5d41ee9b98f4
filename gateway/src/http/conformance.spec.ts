import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { serverAudits, type ServerAuditOptions } from 'graphql-http';
import { aPrincipal } from '@tocsin/testkit';
import { startSystem, type System } from '../testing/system.ts';

jest.setTimeout(30_000);

let system: System;
let token: string;

beforeAll(async () => {
  // Some audits ask for `__type`, which only the profile open answers.
  system = await startSystem({ TOCSIN_GRAPHQL_PROFILE: 'open' });
  token = await system.tokenOf(aPrincipal('RESPONDER'));
});
afterAll(() => system.stop());

/** As the audits call it, with a token. */
const fetchFn: ServerAuditOptions['fetchFn'] = (url: string, init: RequestInit = {}) => {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return fetch(url, { ...init, headers });
};

/** They want 200 for an operation that is refused; S-24 wants 4xx, so that proxies and rate limits see it. */
const decidedOtherwise = ['572B', 'FDE2', '7B9B'];

/** All that a server must and should do; GET, which it may serve, is not served. */
const isOurs = ({ id, name }: { readonly id: string; readonly name: string }): boolean =>
  !name.startsWith('MAY') && !decidedOtherwise.includes(id);

describe('the GraphQL over HTTP audits of graphql-http', () => {
  const audits = serverAudits({ url: () => system.url, fetchFn }).filter(isOurs);

  it.each(audits.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    expect(result).toMatchObject({ status: 'ok' });
  });
});
