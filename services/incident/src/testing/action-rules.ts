import type { ActionKind, ActionState } from '@tocsin/contracts';
import type { Act, Grounds } from '../domain/act.ts';
import { evidenceId } from '../domain/an-incident.ts';
import type { Model, Told } from './incident-model.ts';

/* The rules of actions as the design has them (`domain.md` section 5), written down apart from the code. */

interface Recording {
  readonly do: 'record';
  readonly kind: ActionKind;
  readonly text: string;
  readonly ownerId: string;
  readonly dueAt: Date | null;
  readonly doneBy: string | null;
}
interface Step {
  readonly do: 'start' | 'complete' | 'cancel' | 'review';
  readonly actionId: string;
}
export type ActionOrder = Recording | Step;

/** Who did which action, and who said so. */
export type Doers = ReadonlyMap<string, readonly string[]>;

/** No member, and not in the staff directory. */
export const nobody = 'user:nobody';

export const when = (holds: boolean, code: string): readonly string[] => (holds ? [code] : []);

export const unfounded = ({ reason, evidenceIds }: Grounds) => [
  ...when(reason.trim() === '', 'REASON_REQUIRED'),
  ...when(
    evidenceIds.some((id) => id !== evidenceId),
    'EVIDENCE_UNKNOWN',
  ),
];

export const isOver = (state: ActionState): boolean => state === 'DONE' || state === 'CANCELLED';

export const isUnreviewed = ({ kind, state, isReviewed }: Model['actions'][string]): boolean =>
  kind === 'EMERGENCY_MITIGATION' && state !== 'CANCELLED' && !isReviewed;

/** Every code with which what is commanded of an action may be refused. */
export function reasonsAgainstAction(
  model: Model,
  doers: Doers,
  { act, grounds, order }: { readonly act: Act; readonly grounds: Grounds; readonly order: ActionOrder },
): readonly string[] {
  if (order.do === 'record')
    return [
      ...when(model.stage === 'DETECT', 'STAGE_TOO_EARLY'),
      ...when(order.text.trim() === '', 'INVALID_INPUT'),
      ...when(order.kind === 'LONG_TERM_MITIGATION' && order.dueAt === null, 'OWNER_AND_DATE_REQUIRED'),
      ...when(order.ownerId === nobody, 'PRINCIPAL_NOT_ELIGIBLE'),
    ];
  const isDecision = order.do === 'cancel' || order.do === 'review';
  const action = model.actions[order.actionId];
  return [
    ...(isDecision ? unfounded(grounds) : []),
    ...(action === undefined
      ? ['NOT_FOUND']
      : stepRefused(action, order, doers.get(order.actionId)?.includes(act.actorId) === true)),
  ];
}

function stepRefused({ state, isReviewed }: Model['actions'][string], step: Step, isDoer: boolean): readonly string[] {
  switch (step.do) {
    case 'start':
      return when(state !== 'PLANNED', 'ACTION_NOT_OPEN');
    case 'complete':
    case 'cancel':
      return when(isOver(state), 'ACTION_NOT_OPEN');
    case 'review':
      return [
        ...when(state !== 'DONE', 'ACTION_NOT_DONE'),
        ...when(isReviewed, 'ACTION_REVIEWED'),
        ...when(isDoer, 'SAME_PERSON_REFUSED'),
      ];
  }
}

const outcomes = { start: 'IN_PROGRESS', complete: 'DONE', cancel: 'CANCELLED', review: 'DONE' } as const;

/** What an accepted command must announce; `id` is that of the action, if one is recorded. */
export function foretoldOfAction(model: Model, order: ActionOrder, id: string): readonly Told[] {
  if (order.do === 'record') {
    const { kind, doneBy } = order;
    return [{ name: 'ActionChanged', actionId: id, kind, state: doneBy === null ? 'PLANNED' : 'DONE' }];
  }
  const { actionId } = order;
  const { kind } = model.actions[actionId]!;
  const reviewed = order.do === 'review' ? { reviewed: true } : {};
  return [{ name: 'ActionChanged', actionId, kind, state: outcomes[order.do], ...reviewed }];
}
