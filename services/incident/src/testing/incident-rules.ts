import type { CinState, Crspi, Disposition, Responsibility, Stage, StaffRole } from '@tocsin/contracts';
import type { Act, Grounds } from '../domain/act.ts';
import { now, tenantId } from '../domain/an-incident.ts';
import {
  foretoldOfAction,
  isOver,
  isUnreviewed,
  reasonsAgainstAction,
  unfounded,
  when,
  type ActionOrder,
  type Doers,
} from './action-rules.ts';
import type { Model, Told } from './incident-model.ts';

/* The rules as the design has them (`domain.md` sections 5 to 7), written down apart from the code: for the properties. */

export type Order =
  | { readonly do: 'advance'; readonly to: Stage; readonly activeHoldIds: readonly string[] }
  | { readonly do: 'close'; readonly disposition: Disposition; readonly crspi: Crspi }
  | { readonly do: 'reopen' }
  | {
      readonly do: 'decide';
      readonly responsibility: Responsibility;
      readonly tenantIds: readonly string[];
      readonly crspi: Crspi;
      readonly cin: CinState;
    }
  | ActionOrder
  | { readonly do: 'verify'; readonly businessRisk: string | null }
  | { readonly do: 'assign'; readonly role: StaffRole; readonly principalId: string; readonly until: Date | null };

/** Who commands what, on what grounds; `id` is that of the action, if one is recorded. */
export interface Command {
  readonly act: Act;
  readonly grounds: Grounds;
  readonly order: Order;
  readonly id: string;
}

const leads: readonly StaffRole[] = ['RESPONDER', 'INCIDENT_MANAGER'];
const manager: readonly StaffRole[] = ['INCIDENT_MANAGER'];

/** Section 5, "Stage": who may, and what it needs. What is not here is refused. */
const moves: Readonly<Record<string, { readonly by: readonly StaffRole[]; readonly needs: readonly Need[] }>> = {
  'DETECT ASSESS': { by: leads, needs: ['on call'] },
  'ASSESS DIAGNOSE': { by: leads, needs: ['attribution', 'not the customer', 'evidence'] },
  'ASSESS CLOSE': { by: leads, needs: ['attribution', 'evidence'] },
  'DIAGNOSE STABILIZE': { by: manager, needs: [] },
  'STABILIZE DIAGNOSE': { by: manager, needs: [] },
  'DIAGNOSE CLOSE': { by: manager, needs: ['evidence'] },
  'STABILIZE CLOSE': { by: manager, needs: ['containment', 'measures', 'reviews', 'nothing held'] },
};

/** With what an incident closes, by the stage from which it came to CLOSE. */
const dispositions: Readonly<Partial<Record<Stage, readonly Disposition[]>>> = {
  ASSESS: ['FALSE_POSITIVE', 'CUSTOMER_RESPONSIBILITY', 'DUPLICATE', 'NOT_ESCALATED'],
  DIAGNOSE: ['FALSE_POSITIVE', 'CUSTOMER_RESPONSIBILITY', 'DUPLICATE', 'EXERCISE'],
  STABILIZE: ['RESOLVED', 'EXERCISE'],
};

const forbidden = (act: Act, by: readonly StaffRole[]) =>
  when(!by.some((role) => act.roles.includes(role)), 'FORBIDDEN');

const unevidenced = ({ evidenceIds }: Grounds) => when(evidenceIds.length === 0, 'EVIDENCE_REQUIRED');

const closed = ({ status }: Model) => when(status === 'CLOSED', 'INCIDENT_CLOSED');

const lacking = {
  'on call': ({ onCallId }) => when(onCallId === null, 'ON_CALL_REQUIRED'),
  attribution: ({ source, responsibility }) =>
    when(source === 'CUSTOMER_REPORT' && responsibility === 'UNDETERMINED', 'ATTRIBUTION_REQUIRED'),
  'not the customer': ({ responsibility }) => when(responsibility === 'CUSTOMER', 'STAGE_TRANSITION_REFUSED'),
  evidence: (_, { grounds }) => unevidenced(grounds),
  containment: ({ isContained }) => when(!isContained, 'CONTAINMENT_NOT_VERIFIED'),
  measures: ({ actions }) =>
    when(
      Object.values(actions).some(({ kind, state }) => kind !== 'LONG_TERM_MITIGATION' && !isOver(state)),
      'CORRECTIVE_ACTIONS_OPEN',
    ),
  reviews: ({ actions }) => when(Object.values(actions).some(isUnreviewed), 'ACTIONS_UNREVIEWED'),
  'nothing held': (_, { order }) => when(order.do === 'advance' && order.activeHoldIds.length > 0, 'HOLD_ACTIVE'),
} satisfies Readonly<Record<string, (model: Model, command: Command) => readonly string[]>>;
type Need = keyof typeof lacking;

const fits = ({ responsibility, isExercise }: Model, from: Stage, disposition: Disposition): boolean =>
  dispositions[from]?.includes(disposition) === true &&
  (disposition !== 'CUSTOMER_RESPONSIBILITY' || responsibility === 'CUSTOMER') &&
  (disposition !== 'EXERCISE' || isExercise);

/** What the events do not tell: who did which action, and which have no date. */
export interface Aside {
  readonly doers: Doers;
  readonly undated: ReadonlySet<string>;
}

/** Every code with which the command may be refused; if there is none, it must be accepted. */
export function reasonsAgainst(model: Model, { doers, undated }: Aside, command: Command): readonly string[] {
  const { act, grounds, order } = command;
  switch (order.do) {
    case 'advance': {
      const move = moves[`${model.stage} ${order.to}`];
      if (move === undefined || model.status === 'CLOSED') return ['STAGE_TRANSITION_REFUSED'];
      const lacks = move.needs.flatMap((need) => lacking[need](model, command));
      return [...forbidden(act, move.by), ...unfounded(grounds), ...lacks];
    }
    case 'close': {
      if (model.stage !== 'CLOSE' || model.status === 'CLOSED') return ['STAGE_TRANSITION_REFUSED'];
      const from = model.entries.at(-2)?.stage ?? 'CLOSE';
      return [
        ...forbidden(act, from === 'ASSESS' ? leads : manager),
        ...unfounded(grounds),
        ...when(!fits(model, from, order.disposition), 'DISPOSITION_REFUSED'),
        ...when(
          order.crspi === 'DECLARED',
          order.disposition === 'FALSE_POSITIVE' ? 'RETRACT_FIRST' : 'POST_MORTEM_REQUIRED',
        ),
        ...when(
          Object.entries(model.actions).some(([id, { state }]) => undated.has(id) && !isOver(state)),
          'ACTIONS_UNTRACKED',
        ),
      ];
    }
    case 'reopen':
      return [
        ...forbidden(act, manager),
        ...unfounded(grounds),
        ...when(model.status === 'OPEN', 'INCIDENT_NOT_CLOSED'),
      ];
    case 'decide':
      return [
        ...forbidden(act, leads),
        ...closed(model),
        ...unfounded(grounds),
        ...unevidenced(grounds),
        ...when(
          order.responsibility === 'CUSTOMER' &&
            (order.crspi === 'DECLARED' || !['NOT_STARTED', 'STOOD_DOWN'].includes(order.cin)),
          'RESPONSIBILITY_CONFLICT',
        ),
        ...when(order.responsibility === 'CUSTOMER' && order.tenantIds.length === 0, 'TENANT_REQUIRED'),
        ...when(order.responsibility === 'CUSTOMER' && order.tenantIds.some((id) => id !== tenantId), 'TENANT_UNKNOWN'),
      ];
    case 'record':
    case 'start':
    case 'complete':
    case 'cancel':
    case 'review':
      return reasonsAgainstAction(model, doers, { act, grounds, order });
    case 'verify':
      return [
        ...closed(model),
        ...when(model.stage === 'DETECT' || model.stage === 'ASSESS', 'STAGE_TOO_EARLY'),
        ...when(order.businessRisk === null, 'BOTH_RISKS_REQUIRED'),
        ...when(
          [...doers].some(
            ([id, involved]) => model.actions[id]?.kind === 'CONTAINMENT' && involved.includes(act.actorId),
          ),
          'SAME_PERSON_REFUSED',
        ),
        ...unfounded({ ...grounds, reason: 'contained' }),
        ...unevidenced(grounds),
      ];
    case 'assign':
      return [
        ...forbidden(act, manager),
        ...unfounded(grounds),
        ...when(order.principalId === act.actorId, 'SAME_PERSON_REFUSED'),
        ...when(order.role !== 'RESPONDER', 'PRINCIPAL_NOT_ELIGIBLE'),
        ...when(order.until !== null && order.until <= now, 'TIME_ORDER_INVALID'),
      ];
  }
}

/** What an accepted command must announce, and nothing else. */
export function foretold(model: Model, { order, id }: Command): readonly Told[] {
  const { stage: from, cycle, entries } = model;
  const n = entries.length + 1;
  switch (order.do) {
    case 'advance':
      return [{ name: 'StageChanged', from, to: order.to, n, cycle }];
    case 'close':
      return [{ name: 'IncidentClosed', disposition: order.disposition, cycle }];
    case 'reopen':
      return [
        { name: 'IncidentReopened', cycle: cycle + 1 },
        { name: 'StageChanged', from: 'CLOSE', to: 'DIAGNOSE', n, cycle: cycle + 1 },
      ];
    case 'decide':
      return [
        { name: 'ResponsibilityDecided', responsibility: order.responsibility },
        ...(order.responsibility === 'CUSTOMER' ? [{ name: 'HandOverIssued', tenantId } as const] : []),
      ];
    case 'record':
    case 'start':
    case 'complete':
    case 'cancel':
    case 'review':
      return foretoldOfAction(model, order, id);
    case 'verify':
      return [{ name: 'ContainmentVerified' }];
    case 'assign': {
      const { role, principalId, until } = order;
      const onCall = model.onCallId === null || model.onCallId === principalId;
      const end = until === null ? {} : { until: until.toISOString() };
      return [{ name: 'AssignmentChanged', role, principalId, onCall, environments: [], ...end }];
    }
  }
}
