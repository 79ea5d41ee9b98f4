import type { Crspi, Level } from '@tocsin/contracts';
import type {
  AffectedScope,
  Classification,
  ClassifyOrder,
  DeclareOrder,
  KnownIncident,
  LegalAdvice,
} from '../domain/classification.ts';
import type { Impacts } from '../domain/severity.ts';
import { isBreachCommand, reasonsAgainstBreach, type BreachCommand } from './breach-rules.ts';

/* The rules as the design has them (`domain.md` sections 5 to 7), written down apart from the code: for the properties. */

export type Command =
  | { readonly do: 'assess'; readonly impacts: Impacts }
  | { readonly do: 'classify'; readonly order: ClassifyOrder }
  | { readonly do: 'suspect'; readonly incident: KnownIncident }
  | { readonly do: 'declare'; readonly incident: KnownIncident; readonly order: DeclareOrder }
  | { readonly do: 'retract'; readonly advice: LegalAdvice }
  | { readonly do: 'authorize' }
  | { readonly do: 'scope'; readonly order: AffectedScope; readonly subscriptionIds: readonly string[] | null }
  | BreachCommand;

/** Section 5, "Level" and "Crspi". */
export const levels: Readonly<Record<Level, readonly Level[]>> = {
  UNCLASSIFIED: ['UNCLASSIFIED', 'EVENT', 'INCIDENT', 'FALSE_POSITIVE'],
  EVENT: ['EVENT', 'INCIDENT', 'FALSE_POSITIVE'],
  INCIDENT: ['INCIDENT', 'EVENT', 'FALSE_POSITIVE'],
  FALSE_POSITIVE: ['FALSE_POSITIVE', 'EVENT', 'INCIDENT'],
};
export const crspis: Readonly<Record<Crspi, readonly Crspi[]>> = {
  NOT_CONSIDERED: ['NOT_CONSIDERED', 'UNDER_CONSIDERATION', 'DECLARED'],
  UNDER_CONSIDERATION: ['UNDER_CONSIDERATION', 'DECLINED', 'DECLARED'],
  DECLINED: ['DECLINED', 'UNDER_CONSIDERATION', 'DECLARED'],
  DECLARED: ['DECLARED', 'RETRACTED'],
  RETRACTED: ['RETRACTED', 'UNDER_CONSIDERATION', 'DECLARED'],
};

const when = (holds: boolean, code: string): readonly string[] => (holds ? [code] : []);

/** Every code with which the command may be refused by `domain.md` sections 5 to 7; if there is none, it is accepted. */
export function reasonsAgainst(present: Classification, command: Command): readonly string[] {
  if (isBreachCommand(command)) return reasonsAgainstBreach(present, command);
  const { level, crspi } = present;
  const isDeclared = crspi === 'DECLARED';
  switch (command.do) {
    case 'assess': {
      const { information } = command.impacts;
      return when(information.includes('NONE') && information.length > 1, 'IMPACT_NONE_EXCLUSIVE');
    }
    case 'classify': {
      const { level: to, domains, eventGround, rootCause } = command.order;
      const isFalse = to === 'FALSE_POSITIVE';
      return [
        ...when(isDeclared && to !== 'INCIDENT', 'RETRACT_FIRST'),
        ...when(isFalse && rootCause === null, 'ROOT_CAUSE_REQUIRED'),
        ...when(!isFalse && domains.length === 0, 'LEVEL_TRANSITION_REFUSED'),
        ...when(!isFalse && domains.join() === 'PRIVACY', 'PRIVACY_IMPLIES_SECURITY'),
        ...when(to === 'EVENT' && eventGround === null, 'GROUND_REQUIRED'),
      ];
    }
    case 'suspect':
      return [
        ...when(['DETECT', 'ASSESS'].includes(command.incident.stage), 'STAGE_TOO_EARLY'),
        ...when(command.incident.responsibility === 'CUSTOMER', 'CUSTOMER_RESPONSIBILITY'),
        ...when(isDeclared, 'ALREADY_DECLARED'),
      ];
    case 'declare':
      return [
        ...when(isDeclared, 'ALREADY_DECLARED'),
        ...when(level !== 'INCIDENT', 'LEVEL_NOT_INCIDENT'),
        ...when(command.incident.responsibility === 'CUSTOMER', 'CUSTOMER_RESPONSIBILITY'),
        ...when(command.order.basis.length === 0, 'BASIS_REQUIRED'),
        ...when(!command.order.isLegalMember, 'LEGAL_ADVISER_REQUIRED'),
      ];
    case 'retract':
      return [...when(!isDeclared, 'NOT_DECLARED'), ...when(!command.advice.isLegalMember, 'LEGAL_ADVISER_REQUIRED')];
    case 'authorize':
      return when(!isDeclared, 'NOT_DECLARED');
    case 'scope': {
      const { order, subscriptionIds } = command;
      const isStrange = order.subscriptionIds.some((id) => !(subscriptionIds ?? []).includes(id));
      return when(subscriptionIds === null || isStrange, 'TENANT_UNKNOWN');
    }
  }
}
