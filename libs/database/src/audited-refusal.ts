import { DomainError } from '@tocsin/errors';

const subjects = new WeakMap<DomainError, string>();

/**
 * What `work` refuses leaves a row in the audit trail, though all else that its transaction did is undone:
 * who, what, about what, when, and the code. If that row cannot be written the call fails all the same (S-52).
 *
 * @param subject `<aggregate>:<id>` of an object that exists.
 */
export async function auditingRefusals<T>(subject: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError) subjects.set(error, subject);
    throw error;
  }
}

/** What is to be recorded of an error; undefined if nothing is. */
export function refusedSubject(error: unknown): { readonly subject: string; readonly code: string } | undefined {
  if (!(error instanceof DomainError)) return undefined;
  const subject = subjects.get(error);
  return subject === undefined ? undefined : { subject, code: error.code };
}
