import { describe, expect, it } from '@jest/globals';
import {
  CrspiDeclared,
  ImpactAssessed,
  IncidentClassified,
  type Severity,
  type Crspi,
  type DeclarationBasis,
  type Domain,
  type Level,
} from '@tocsin/contracts';
import fc from 'fast-check';
import { act, fresh, refusalOf } from '../testing/a-classification.ts';
import { crspis, levels, reasonsAgainst, type Command } from '../testing/classification-rules.ts';
import { anyStory, story } from '../testing/classification-stories.ts';
import { assess, authorize, classify, declare, type Classification } from './classification.ts';
import { suspect } from './consideration.ts';
import { retract } from './retraction.ts';

/* A fixed seed: what is green today is green tomorrow. */
const settings = { seed: 20_261_122, numRuns: 150 };

type ClassificationChange = ReturnType<typeof assess>;

function perform(present: Classification, command: Command): ClassificationChange {
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
  }
}

interface Step {
  readonly command: Command;
  readonly before: Classification;
  readonly after: Classification;
  readonly outcome: string;
  readonly change: ClassificationChange | null;
}

function play(commands: readonly Command[]): readonly Step[] {
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

const ofEveryStep = (holds: (step: Step) => void): void =>
  fc.assert(
    fc.property(anyStory, (commands) => play(commands).forEach(holds)),
    settings,
  );

/** As much of a classification as its events carry. */
interface Told {
  readonly level: Level;
  readonly domains: readonly Domain[];
  readonly crspi: Crspi;
  readonly suspected: boolean;
  readonly basis: readonly DeclarationBasis[];
  readonly declaredAt: string | null;
  readonly isAuthorized: boolean;
  readonly severity: Severity | null;
}

const toldOf = (state: Classification): Told => ({
  level: state.level,
  domains: state.domains,
  crspi: state.crspi,
  suspected: state.suspected,
  basis: state.basis,
  declaredAt: state.declaredAt?.toISOString() ?? null,
  isAuthorized: state.executionAuthorizedAt !== null,
  severity: state.assessment?.severity ?? null,
});

function retell(told: Told, { event, data }: ClassificationChange['events'][number]): Told {
  switch (event.name) {
    case 'ImpactAssessed':
      return { ...told, severity: ImpactAssessed.data.parse(data).severity };
    case 'IncidentClassified': {
      const { level, domains, crspi } = IncidentClassified.data.parse(data);
      return { ...told, level, domains, crspi };
    }
    case 'SuspicionChanged':
      return { ...told, suspected: true, crspi: 'UNDER_CONSIDERATION' };
    case 'CrspiDeclared': {
      const { basis, domains, declaredAt } = CrspiDeclared.data.parse(data);
      return { ...told, basis, domains, declaredAt, crspi: 'DECLARED' };
    }
    case 'CrspiRetracted':
      return { ...told, basis: [], declaredAt: null, suspected: false, isAuthorized: false, crspi: 'RETRACTED' };
    case 'ExecutionAuthorized':
      return { ...told, isAuthorized: true };
    default:
      return told;
  }
}

/** What each command announces. */
const announced = {
  assess: ['ImpactAssessed'],
  classify: ['IncidentClassified'],
  suspect: ['SuspicionChanged'],
  declare: ['CrspiDeclared', 'IncidentClassified'],
  retract: ['CrspiRetracted', 'IncidentClassified'],
  authorize: ['ExecutionAuthorized'],
} as const;

describe('whatever is commanded', () => {
  it('I-6 a command is accepted exactly if the design lists it, else refused for a reason that the design gives', () => {
    ofEveryStep(({ command, before, outcome }) => {
      const reasons = reasonsAgainst(before, command);
      expect(reasons.length === 0 ? ['not refused'] : reasons).toContain(outcome);
    });
  });

  it('I-6 level and crspi move only as listed, and a declared incident stays an INCIDENT', () => {
    ofEveryStep(({ before, after }) => {
      expect(levels[before.level]).toContain(after.level);
      expect(crspis[before.crspi]).toContain(after.crspi);
      if (after.crspi === 'DECLARED') expect(after).toMatchObject({ level: 'INCIDENT', declaredAt: act.now });
      else expect(after).toMatchObject({ declaredAt: null, executionAuthorizedAt: null });
    });
  });

  it('I-1 what the events tell is what the classification has become', () => {
    ofEveryStep(({ command, before, change }) => {
      if (change === null) return;
      expect(change.events.map(({ event }) => event.name)).toEqual(announced[command.do]);
      expect(change.events.reduce(retell, toldOf(before))).toEqual(toldOf(change.state));
    });
  });

  it('I-6 I-13 every refusal of these commands is reached', () => {
    const reached = new Set<string>();
    ofEveryStep(({ outcome }) => reached.add(outcome));
    reached.delete('not refused');
    expect([...reached].sort()).toEqual([
      'ALREADY_DECLARED',
      'BASIS_REQUIRED',
      'CUSTOMER_RESPONSIBILITY',
      'GROUND_REQUIRED',
      'IMPACT_NONE_EXCLUSIVE',
      'LEGAL_ADVISER_REQUIRED',
      'LEVEL_NOT_INCIDENT',
      'LEVEL_TRANSITION_REFUSED',
      'NOT_DECLARED',
      'PRIVACY_IMPLIES_SECURITY',
      'RETRACT_FIRST',
      'ROOT_CAUSE_REQUIRED',
      'STAGE_TOO_EARLY',
    ]);
  });
});

it('R-47 I-9 PRIVACY changes no acceptance and no state but the domains, and no event but for domains and labels', () => {
  const withPrivacy = (command: Command): Command =>
    command.do === 'classify' ? { ...command, order: { ...command.order, domains: ['SECURITY', 'PRIVACY'] } } : command;
  const plain = ({ outcome, after, change }: Step) => ({
    outcome,
    state: { ...after, domains: [] },
    events: change?.events.map(({ event, data }) => [event.name, { ...data, domains: [], labelA: '', labelB: '' }]),
  });
  const holds = (commands: Command[]) =>
    expect(play(commands.map(withPrivacy)).map(plain)).toEqual(play(commands).map(plain));
  fc.assert(fc.property(story(fc.constant<Domain[]>(['SECURITY'])), holds), settings);
});
