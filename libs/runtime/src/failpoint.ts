/**
 * A named place where a test may let a process fail, wait or die (`eventing.md` section 13). Nothing is armed unless
 * the testkit does it; then the armed action runs.
 */
export type FailAction = () => void | Promise<void>;

const armed = new Map<string, FailAction>();

export const failpoint = (name: string): void | Promise<void> => armed.get(name)?.();

/** For the testkit only. Returns the way to disarm it. */
export function armFailpoint(name: string, action: FailAction): () => void {
  armed.set(name, action);
  return () => armed.delete(name);
}
