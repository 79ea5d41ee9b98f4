import { ActionKind, Disposition, Responsibility, SignalSource, Stage, StaffRole } from '@tocsin/contracts';
import fc from 'fast-check';
import {
  asEngineer,
  asManager,
  asResponder,
  evidenceId,
  idOf,
  later,
  manager,
  now,
  responder,
  tenantId,
} from '../domain/an-incident.ts';
import { nobody } from './action-rules.ts';
import type { Command, Order } from './incident-rules.ts';

/* Stories for the properties: anybody commands anything, on whatever grounds. */

/** Mostly the first: a walk of mistakes alone leads nowhere. */
const mostly = <T>(usual: T, ...unusual: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...unusual) });
const one = <const T>(value: T) => fc.constant(value);

const actionIds = [1, 2, 3].map((n) => idOf(n));
const crspi = fc.constantFrom('NOT_CONSIDERED' as const, 'DECLARED' as const, 'RETRACTED' as const);

const order: fc.Arbitrary<Order> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      do: one('advance'),
      to: fc.constantFrom(...Stage.options),
      activeHoldIds: mostly<string[]>([], [idOf(60)]),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: one('close'),
      disposition: fc.constantFrom(...Disposition.options),
      crspi: fc.constantFrom('NOT_CONSIDERED', 'DECLARED', 'RETRACTED'),
    }),
  },
  fc.record({ do: one('reopen') }),
  fc.record({
    do: one('decide'),
    responsibility: fc.constantFrom(...Responsibility.options),
    tenantIds: fc.constantFrom([tenantId], [tenantId], [], [idOf(9)]),
    crspi,
    cin: mostly('NOT_STARTED' as const, 'PREPARING' as const, 'STOOD_DOWN' as const),
  }),
  fc.record({
    do: one('record'),
    kind: fc.constantFrom(...ActionKind.options, 'EMERGENCY_MITIGATION' as const),
    text: mostly('rotate the keys', ' '),
    ownerId: mostly('user:eng', nobody),
    dueAt: fc.constantFrom<Date | null>(later, later, later, null),
    doneBy: fc.constantFrom(null, 'user:eng'),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('start' as const, 'complete' as const, 'complete' as const, 'cancel' as const),
      actionId: fc.constantFrom(...actionIds),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: one('review'), actionId: fc.constantFrom(...actionIds) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: one('verify'), businessRisk: mostly<string | null>('no orders were lost', null) }),
  },
  fc.record({
    do: one('assign'),
    role: mostly<StaffRole>('RESPONDER', 'LEGAL'),
    principalId: fc.constantFrom('user:rob', 'user:rea', 'user:ima'),
    until: mostly<Date | null>(null, later, now),
  }),
);

const command: fc.Arbitrary<Omit<Command, 'id'>> = fc.record({
  act: fc.oneof({ weight: 4, arbitrary: one(asManager) }, fc.constantFrom(asResponder, asEngineer)),
  grounds: fc.record({
    reason: mostly('seen in the sign-in log', '', ' '),
    evidenceIds: mostly<string[]>([evidenceId], [], [idOf(9)]),
  }),
  order,
});

/** What is commanded of one incident, from its opening on. */
export const story = fc.record({
  source: mostly<SignalSource>('AUTOMATED_SIGNATURE', 'CUSTOMER_REPORT', 'RED_BLUE_EXERCISE'),
  isExercise: mostly(false, true),
  onCall: mostly([responder, manager], [manager]),
  commands: fc.array(command, { minLength: 40, maxLength: 80, size: 'max' }),
});
export type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;
