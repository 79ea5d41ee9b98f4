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
}

export const notStarted = (incidentId: string): Cin => ({
  id: incidentId,
  version: 0,
  state: 'NOT_STARTED',
  declaredAt: null,
  retractedAt: null,
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

/** Whether notices may leave: declared, and gate G4 passed. */
export const isExecuting = ({ state, declaredAt }: Cin): boolean =>
  declaredAt !== null && (state === 'EXECUTING' || state === 'FULFILLED');

/** Gate G4: deliveries may leave. */
export const execute = (cin: Cin, now: Date): Change<Cin, 'notification'> | null =>
  cin.state === 'DECLARED' && cin.declaredAt !== null ? enter(cin, 'EXECUTING', now) : null;

/** EXECUTING <-> FULFILLED, as all obligations are met or a new one opens. */
export function settle(cin: Cin, allMet: boolean, now: Date): Change<Cin, 'notification'> | null {
  if (!isExecuting(cin)) return null;
  if (cin.state === 'EXECUTING' && allMet) return enter(cin, 'FULFILLED', now);
  if (cin.state === 'FULFILLED' && !allMet) return enter(cin, 'EXECUTING', now);
  return null;
}

/** Changed, in the same state: there is nothing to announce. */
const silently = (cin: Cin): Change<Cin, 'notification'> => ({
  state: { ...cin, version: cin.version + 1 },
  events: [],
});

function enter(cin: Cin, state: CinState, now: Date): Change<Cin, 'notification'> {
  return {
    state: { ...cin, state, version: cin.version + 1 },
    events: [occurred(CinChanged, { incidentId: cin.id, from: cin.state, to: state, at: now.toISOString() })],
  };
}
