import { Forbidden, NotFound } from '@tocsin/errors';
import { can, mayAtAll, type Operation, type Relation } from './policy.ts';
import type { Principal } from './principal.ts';

/**
 * Passes, or refuses: FORBIDDEN if the role never opens the operation, NOT_FOUND if it would but not for this object,
 * in the same words as for an id that does not exist (S-3).
 */
export function mustBeAllowed(principal: Principal, operation: Operation, relation: Relation = {}): void {
  if (!mayAtAll(principal, operation)) throw Forbidden({ operation });
  if (!can(principal, operation, relation)) throw NotFound();
}
