import { CinChanged, occurred, type Change, type CinState } from '@tocsin/contracts';

/** The Customer Incident Notification process of one incident (`domain.md` section 5). */
export interface Cin {
  /** The incident's id. */
  readonly id: string;
  readonly version: number;
  readonly state: CinState;
  readonly declaredAt: Date | null;
}

export const notStarted = (incidentId: string): Cin => ({
  id: incidentId,
  version: 0,
  state: 'NOT_STARTED',
  declaredAt: null,
});

/** Gate G1: drafts and recipients are prepared; nothing leaves. */
export const prepare = (cin: Cin, now: Date): Change<Cin, 'notification'> | null =>
  cin.state === 'NOT_STARTED' ? enter(cin, 'PREPARING', now) : null;

/**
 * The suspicion is withdrawn: nothing is prepared any more, and it may start again. The released CinChanged knows no
 * state of its own for that; the events keep that it had begun.
 */
export const standDown = (cin: Cin, now: Date): Change<Cin, 'notification'> | null =>
  cin.state === 'PREPARING' ? enter(cin, 'NOT_STARTED', now) : null;

/** Gate G3: the contract clock runs from `declaredAt`, which never moves (I-14). */
export const declare = (cin: Cin, declaredAt: Date, now: Date): Change<Cin, 'notification'> | null =>
  cin.declaredAt === null ? enter({ ...cin, declaredAt }, 'DECLARED', now) : null;

/** Gate G4: deliveries may leave. */
export const execute = (cin: Cin, now: Date): Change<Cin, 'notification'> | null =>
  cin.state === 'DECLARED' ? enter(cin, 'EXECUTING', now) : null;

/** EXECUTING <-> FULFILLED, as all obligations are met or a new one opens. */
export function settle(cin: Cin, allMet: boolean, now: Date): Change<Cin, 'notification'> | null {
  if (cin.state === 'EXECUTING' && allMet) return enter(cin, 'FULFILLED', now);
  if (cin.state === 'FULFILLED' && !allMet) return enter(cin, 'EXECUTING', now);
  return null;
}

function enter(cin: Cin, state: CinState, now: Date): Change<Cin, 'notification'> {
  return {
    state: { ...cin, state, version: cin.version + 1 },
    events: [occurred(CinChanged, { incidentId: cin.id, from: cin.state, to: state, at: now.toISOString() })],
  };
}
