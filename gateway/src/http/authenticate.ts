import type { Authenticated, TokenVerifier } from '@tocsin/access';
import { Unauthenticated } from '@tocsin/errors';

/**
 * Who the value of an Authorization header proves.
 *
 * @throws UNAUTHENTICATED
 */
export async function authenticate(verify: TokenVerifier, authorization: unknown): Promise<Authenticated> {
  const [, token] = typeof authorization === 'string' ? (/^Bearer ([\w.~+/=-]+)$/i.exec(authorization) ?? []) : [];
  if (token === undefined) throw Unauthenticated();
  return verify(token);
}
