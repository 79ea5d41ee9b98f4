import type { Change } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { findExerciseOf } from './store/known-facts-store.ts';

/** The change with its events marked, if the incident is part of an exercise: who hears of a drill must know (I-35). */
export async function marked<State>(
  tx: Transaction,
  incidentId: string,
  change: Change<State, 'notification'>,
): Promise<Change<State, 'notification'>> {
  const exerciseId = await findExerciseOf(tx, incidentId);
  if (exerciseId === null) return change;
  const events = change.events.map(({ event, data }) => ({ event, data: { ...data, exerciseId } }));
  return { ...change, events: events as typeof change.events };
}
