import type { Act, Classification } from './classification.ts';

/** Somebody has to find out whom a declaration concerns: unknown tenants never block it (I-10). */
export interface ScopingTask {
  /** ISO 8601. */
  readonly openedAt: string;
  /** ISO 8601; null while nobody is known who must be told. */
  readonly closedAt: string | null;
}

/**
 * The task after a decision: opened while it is declared and no tenant is LIKELY or CONFIRMED to be affected (I-27), and
 * done with the first of them, or with the end of the declaration. If the last of them is ruled out, there is a new one.
 */
export function scoped(classification: Classification, { now }: Pick<Act, 'now'>): Classification {
  const { crspi, scopes, scopingTask } = classification;
  const isOpen = scopingTask?.closedAt === null;
  const isMissing = crspi === 'DECLARED' && !scopes.some(({ status }) => status === 'LIKELY' || status === 'CONFIRMED');
  if (isOpen === isMissing) return classification;
  const at = now.toISOString();
  const task = isOpen ? { ...scopingTask, closedAt: at } : { openedAt: at, closedAt: null };
  return { ...classification, scopingTask: task };
}
