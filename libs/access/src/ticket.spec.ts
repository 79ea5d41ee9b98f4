import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from '@jest/globals';
import { aPrincipal, makeKey } from '@tocsin/testkit';
import { publicJwks, signTicket, ticketVerifier, type Ticket } from './index.ts';

const ticket: Ticket = {
  id: '0b6f2f0e-3c57-4c5e-9d0f-5f3f3a2f7c11',
  principal: aPrincipal('RESPONDER'),
  method: 'GET',
  path: '/v1/evidence/6f0d7a52-6a0b-4a86-8a2b-1d0a3f8b9c22',
  expiresAt: new Date('2026-11-22T10:05:00Z'),
};

describe('a ticket', () => {
  it('is read as it was signed, and has one text', async () => {
    const { signingKey, publicJwks: keys } = await makeKey('incident');
    const text = await signTicket(ticket, 'incident', signingKey);
    expect(await ticketVerifier('incident', keys)(text)).toEqual(ticket);
    expect(await signTicket(ticket, 'incident', signingKey)).toBe(text);
  });

  it('S-15 is refused under another key, of another service, of another kind, or changed', async () => {
    const { signingKey, publicJwks: keys } = await makeKey('incident');
    const verify = ticketVerifier('incident', keys);
    const refused = (text: string) => expect(verify(text)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const text = await signTicket(ticket, 'incident', signingKey);
    await refused(await signTicket(ticket, 'notification', signingKey));
    await refused(await signTicket(ticket, 'incident', (await makeKey('incident')).signingKey));
    const [head = '', , signature = ''] = text.split('.');
    const forged = Buffer.from(JSON.stringify({ ...ticket, path: '/v1/evidence/other' })).toString('base64url');
    await refused([head, forged, signature].join('.'));
    const { privateKey } = await generateKeyPair('EdDSA');
    await refused(await new SignJWT({}).setProtectedHeader({ alg: 'EdDSA', kid: 'incident' }).sign(privateKey));
    await refused(await new SignJWT({}).setProtectedHeader({ alg: 'EdDSA', kid: 'incident' }).sign(signingKey.key));
    await refused('');
  });
});

describe('the public half of a key', () => {
  it('lacks the private part', async () => {
    const { privateJwk } = await makeKey('incident');
    expect(publicJwks(privateJwk).keys[0]).toMatchObject({ kid: 'incident', x: privateJwk['x'] });
    expect(publicJwks(privateJwk).keys[0]).not.toHaveProperty('d');
  });
});
