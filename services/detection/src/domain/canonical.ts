import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** The package is CommonJS and its types say otherwise: the default import is the function itself. */
const serialize = canonicalize as unknown as (value: unknown) => string | undefined;

/** Lower-case hex SHA-256 of the value's RFC 8785 form: equal for equal JSON, whatever the order of its keys. */
export function canonicalHash(value: unknown): string {
  const text = serialize(value);
  if (text === undefined) throw new Error('Only JSON has a canonical form.');
  return createHash('sha256').update(text).digest('hex');
}
