import { CinChanged, occurred, type Change, type CinState } from '@tocsin/contracts';

/** The Customer Incident Notification process of one incident (`domain.md` section 5). */
export interface Cin {
  /** The incident's id. */
  readonly id: string;
  readonly version: number;
  readonly state: CinState;
  /** Null unless it is declared now. */
  readonly declaredAt: Date | null;
  /** When the last declaration was retracted; null once a new suspicion or declaration begins anew. */
  readonly retractedAt: Date | null;
  /** Where it stood before it was HELD, and goes back to; null unless it is HELD. */
  readonly heldFrom: 'DECLARED' | 'EXECUTING' | null;
}

export const notStarted = (incidentId: string): Cin => ({
  id: incidentId,
  version: 0,
  state: 'NOT_STARTED',
  declaredAt: null,
  retractedAt: null,
  heldFrom: null,
});

/** Gate G1: drafts and recipients are prepared; nothing leaves. It does not wait for withdrawals. */
export function prepare(cin: Cin, now: Date): Change<Cin, 'notification'> | null {
  const mayBegin = cin.state === 'NOT_STARTED' || cin.state === 'STOOD_DOWN' || cin.retractedAt !== null;
  if (!mayBegin) return null;
  const anew = { ...cin, retractedAt: null };
  return cin.state === 'PREPARING' ? silently(anew) : enter(anew, 'PREPARING', now);
}

/**
 * The suspicion is withdrawn: nothing is prepared any more, and it may start again. While withdrawals of an earlier
 * declaration are owed it goes back to waiting for them: customers still hold a notice that is not true (I-7).
 */
export function standDown(cin: Cin, owesWithdrawals: boolean, now: Date): Change<Cin, 'notification'> | null {
  if (cin.state !== 'PREPARING' || cin.retractedAt !== null) return null;
  return owesWithdrawals ? silently({ ...cin, retractedAt: now }) : enter(cin, 'STOOD_DOWN', now);
}

/** Gate G3: the contract clock runs from `declaredAt`, which does not move while it is declared (I-14). */
export const declare = (cin: Cin, declaredAt: Date, now: Date): Change<Cin, 'notification'> | null =>
  cin.declaredAt === null ? enter({ ...cin, declaredAt, retractedAt: null }, 'DECLARED', now) : null;

/**
 * The declaration is retracted, and gate G4 falls with it. The state stays until what was sent is withdrawn.
 */
export const retract = (cin: Cin, now: Date): Change<Cin, 'notification'> | null =>
  cin.declaredAt === null ? null : silently({ ...cin, declaredAt: null, retractedAt: now });

/** Every notice of the retracted declaration is withdrawn; null too if something new has begun meanwhile. */
export const concludeRetraction = (cin: Cin, now: Date): Change<Cin, 'notification'> | null =>
  cin.retractedAt !== null && cin.state !== 'STOOD_DOWN' ? enter(cin, 'STOOD_DOWN', now) : null;

/** Whether notices may leave that no hold stops: declared, and gate G4 passed. */
export const isExecuting = ({ state, heldFrom, declaredAt }: Cin): boolean =>
  declaredAt !== null && ['EXECUTING', 'FULFILLED'].includes(heldFrom ?? state);

/** Gate G4: deliveries may leave; what is HELD leaves once it is released. */
export function execute(cin: Cin, now: Date): Change<Cin, 'notification'> | null {
  if (cin.declaredAt === null) return null;
  if (cin.state === 'DECLARED') return enter(cin, 'EXECUTING', now);
  return cin.heldFrom === 'DECLARED' ? silently({ ...cin, heldFrom: 'EXECUTING' }) : null;
}

/** How the obligations of a declaration stand. */
export interface Standing {
  /** There are some, and each is met or cancelled. */
  readonly allMet: boolean;
  /** Some are open, and ACTIVE holds stop each of those. */
  readonly allHeld: boolean;
}

/**
 * One step of EXECUTING <-> FULFILLED, as all obligations are met or a new one opens, or of DECLARED, EXECUTING <-> HELD,
 * as holds stop all that is still open, or no longer do. Null once it stands where it should.
 */
export function settle(cin: Cin, { allMet, allHeld }: Standing, now: Date): Change<Cin, 'notification'> | null {
  const { state, heldFrom, declaredAt } = cin;
  if (declaredAt === null) return null;
  if (heldFrom !== null) return allHeld ? null : enter(cin, heldFrom, now);
  if (allHeld && (state === 'DECLARED' || state === 'EXECUTING'))
    return enter({ ...cin, heldFrom: state }, 'HELD', now);
  if (state === 'EXECUTING' && allMet) return enter(cin, 'FULFILLED', now);
  if (state === 'FULFILLED' && !allMet) return enter(cin, 'EXECUTING', now);
  return null;
}

/** Changed, in the same state: there is nothing to announce. */
const silently = (cin: Cin): Change<Cin, 'notification'> => ({
  state: { ...cin, version: cin.version + 1 },
  events: [],
});

function enter(cin: Cin, state: CinState, now: Date): Change<Cin, 'notification'> {
  const heldFrom = state === 'HELD' ? cin.heldFrom : null;
  return {
    state: { ...cin, state, heldFrom, version: cin.version + 1 },
    events: [occurred(CinChanged, { incidentId: cin.id, from: cin.state, to: state, at: now.toISOString() })],
  };
}
