import { describe, expect, it } from '@jest/globals';
import {
  CrspiDeclared,
  ImpactAssessed,
  IncidentClassified,
  LegalAwarenessRecorded,
  PersonalDataBreachDecided,
  RiskVerdictDecided,
  type Severity,
  type Crspi,
  type DeclarationBasis,
  type Domain,
  type Level,
} from '@tocsin/contracts';
import fc from 'fast-check';
import { act } from '../testing/a-classification.ts';
import { crspis, levels, reasonsAgainst, type Command } from '../testing/classification-rules.ts';
import { anyStory, story } from '../testing/classification-stories.ts';
import { play, type Step } from '../testing/play.ts';
import type { Classification, ClassificationChange } from './classification.ts';

/* A fixed seed: what is green today is green tomorrow. */
const settings = { seed: 20_261_122, numRuns: 150 };

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
  /** By part: since when it is aware, whether there is a breach, and the verdict. */
  readonly parts: Readonly<Record<string, unknown>>;
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
  parts: Object.fromEntries([
    ...state.awareness.map(({ actorRole, awareAt }) => [`${actorRole} aware`, awareAt]),
    ...state.breachAssessments.flatMap(({ actorRole, isPersonalDataBreach, breachTypes, judgement }) => [
      ...(isPersonalDataBreach === null ? [] : [[`${actorRole} breach`, [isPersonalDataBreach, ...breachTypes]]]),
      ...(judgement === null ? [] : [[`${actorRole} verdict`, [judgement.verdict, judgement.art34Ground]]]),
    ]),
  ]) as Record<string, unknown>,
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
    case 'LegalAwarenessRecorded': {
      const { actorRole, awareAt } = LegalAwarenessRecorded.data.parse(data);
      return { ...told, parts: { ...told.parts, [`${actorRole} aware`]: awareAt } };
    }
    case 'PersonalDataBreachDecided': {
      const { actorRole, value, breachTypes } = PersonalDataBreachDecided.data.parse(data);
      return { ...told, parts: { ...told.parts, [`${actorRole} breach`]: [value, ...breachTypes] } };
    }
    case 'RiskVerdictDecided': {
      const { actorRole, verdict, art34Ground = null } = RiskVerdictDecided.data.parse(data);
      return { ...told, parts: { ...told.parts, [`${actorRole} verdict`]: [verdict, art34Ground] } };
    }
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
  scope: ['ScopeChanged'],
  recordAwareness: ['LegalAwarenessRecorded'],
  decideBreach: ['PersonalDataBreachDecided'],
  decideVerdict: ['RiskVerdictDecided'],
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

  it('I-6 I-13 I-22 I-23 every refusal of these commands is reached', () => {
    const reached = new Set<string>();
    ofEveryStep(({ outcome }) => reached.add(outcome));
    reached.delete('not refused');
    expect([...reached].sort()).toEqual([
      'ALREADY_DECLARED',
      'ART34_GROUND_INVALID',
      'BASIS_REQUIRED',
      'CUSTOMER_RESPONSIBILITY',
      'DIVERGENCE_TEXT_REQUIRED',
      'GROUND_REQUIRED',
      'IMPACT_NONE_EXCLUSIVE',
      'INPUT_UNKNOWN',
      'INVALID_INPUT',
      'LEGAL_ADVISER_REQUIRED',
      'LEVEL_NOT_INCIDENT',
      'LEVEL_TRANSITION_REFUSED',
      'NOT_DECLARED',
      'PRIVACY_IMPLIES_SECURITY',
      'RETRACT_FIRST',
      'ROOT_CAUSE_REQUIRED',
      'STAGE_TOO_EARLY',
      'TENANT_UNKNOWN',
      'TIME_ORDER_INVALID',
      'UNLIKELY_NEEDS_RATIONALE',
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
