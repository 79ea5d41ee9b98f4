import { recordAwareness } from '../domain/awareness.ts';
import { decidePersonalDataBreach } from '../domain/breach-assessment.ts';
import {
  assess,
  authorize,
  classify,
  declare,
  scope,
  type Classification,
  type ClassificationChange,
} from '../domain/classification.ts';
import { suspect } from '../domain/consideration.ts';
import { decideVerdict } from '../domain/deciding-verdict.ts';
import { retract } from '../domain/retraction.ts';
import { act, fresh, refusalOf } from './a-classification.ts';
import type { Command } from './classification-rules.ts';

/* Plays a story, command by command, as the use cases do. */

export function perform(present: Classification, command: Command): ClassificationChange {
  switch (command.do) {
    case 'assess':
      return assess(present, command.impacts, act);
    case 'classify':
      return classify(present, command.order, act);
    case 'suspect':
      return suspect(present, command.incident, act);
    case 'declare':
      return declare(present, command.incident, command.order, act);
    case 'retract':
      return retract(present, command.advice, act);
    case 'authorize':
      return authorize(present, act);
    case 'scope':
      return scope(present, command.order, command.subscriptionIds, act);
    case 'recordAwareness':
      return recordAwareness(present, command.incident, command.order, act);
    case 'decideBreach':
      return decidePersonalDataBreach(present, command.order, act);
    case 'decideVerdict':
      return decideVerdict(present, command.incident, command.order, act);
  }
}

export interface Step {
  readonly command: Command;
  readonly before: Classification;
  readonly after: Classification;
  readonly outcome: string;
  readonly change: ClassificationChange | null;
}

export function play(commands: readonly Command[]): readonly Step[] {
  let present = fresh();
  return commands.map((command) => {
    const before = present;
    let change: ClassificationChange | null = null;
    const outcome = refusalOf(() => (change = perform(before, command)));
    const step: Step = { command, before, after: before, outcome, change };
    present = step.change?.state ?? before;
    return { ...step, after: present };
  });
}
