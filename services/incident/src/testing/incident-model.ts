import type {
  ActionKind,
  ActionState,
  AnyEvent,
  Disposition,
  EventData,
  Occurrence,
  Responsibility,
  SignalSource,
  Stage,
} from '@tocsin/contracts';
import type { Incident } from '../domain/incident.ts';

/* An incident as its events tell it, folded apart from the code: for the properties. */

type Produced = Extract<AnyEvent, { readonly producer: 'incident' }>;
export type Told<E extends AnyEvent = Produced> = E extends AnyEvent
  ? { readonly name: E['name'] } & Omit<EventData<E>, 'incidentId' | 'at'>
  : never;

/** What an event says beside whom it is about and when. */
export function told({ event, data }: Occurrence<Produced>): Told {
  const { incidentId: _incidentId, at: _at, exerciseId, ...facts } = data as Partial<Readonly<Record<string, string>>>;
  // The opening tells whether it is an exercise; everything after it only repeats that.
  const mark = event.name === 'IncidentOpened' && exerciseId !== undefined && { exerciseId };
  return { name: event.name, ...facts, ...mark } as Told;
}

interface ToldAction {
  readonly kind: ActionKind;
  readonly state: ActionState;
  readonly isReviewed: boolean;
}

/** As much of an incident as its events carry. */
export interface Model {
  readonly source: SignalSource;
  readonly isExercise: boolean;
  readonly stage: Stage;
  readonly status: Incident['status'];
  readonly cycle: number;
  readonly entries: readonly { readonly n: number; readonly stage: Stage; readonly cycle: number }[];
  readonly responsibility: Responsibility;
  readonly onCallId: string | null;
  readonly isContained: boolean;
  readonly actions: Readonly<Record<string, ToldAction>>;
  readonly disposition: Disposition | null;
}

export const modelOf = (incident: Incident): Model => ({
  source: incident.source,
  isExercise: incident.exerciseId !== null,
  stage: incident.stage,
  status: incident.status,
  cycle: incident.cycle,
  entries: incident.stageEntries.map(({ n, stage, cycle }) => ({ n, stage, cycle })),
  responsibility: incident.responsibility,
  onCallId: incident.onCallId,
  isContained: incident.containment !== null,
  actions: Object.fromEntries(
    incident.actions.map(({ id, kind, state, reviewedBy }) => [id, { kind, state, isReviewed: reviewedBy !== null }]),
  ),
  disposition: incident.status === 'CLOSED' ? incident.disposition : null,
});

/** Before anything was told. */
export const nothingTold: Model = {
  source: 'AUTOMATED_SIGNATURE',
  isExercise: false,
  stage: 'DETECT',
  status: 'OPEN',
  cycle: 1,
  entries: [],
  responsibility: 'UNDETERMINED',
  onCallId: null,
  isContained: false,
  actions: {},
  disposition: null,
};

/** The fold: what one event makes of what the events before it told. */
export function after(model: Model, event: Told): Model {
  switch (event.name) {
    case 'IncidentOpened':
      return {
        ...nothingTold,
        source: event.source,
        isExercise: event.exerciseId !== undefined,
        entries: [{ n: 1, stage: 'DETECT', cycle: 1 }],
      };
    case 'StageChanged': {
      const { to: stage, n, cycle } = event;
      const isContained = stage === 'DIAGNOSE' ? false : model.isContained;
      return { ...model, stage, isContained, entries: [...model.entries, { n, stage, cycle }] };
    }
    case 'ResponsibilityDecided':
      return { ...model, responsibility: event.responsibility };
    case 'AssignmentChanged':
      return event.onCall ? { ...model, onCallId: event.principalId } : model;
    case 'ActionChanged': {
      const { actionId, kind, state, reviewed: isReviewed = false } = event;
      return { ...model, actions: { ...model.actions, [actionId]: { kind, state, isReviewed } } };
    }
    case 'ContainmentVerified':
      return { ...model, isContained: true };
    case 'IncidentClosed':
      return { ...model, status: 'CLOSED', disposition: event.disposition };
    case 'IncidentReopened':
      return { ...model, status: 'OPEN', disposition: null, cycle: event.cycle };
    default:
      return model;
  }
}
