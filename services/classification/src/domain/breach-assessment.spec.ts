import { describe, expect, it } from '@jest/globals';
import { BreachAnswer } from '@tocsin/contracts';
import { act, fresh, refusalOf } from '../testing/a-classification.ts';
import { assessmentOf, decidePersonalDataBreach, type BreachOrder } from './breach-assessment.ts';

const decide = (patch: Partial<BreachOrder>, from = fresh()) =>
  decidePersonalDataBreach(from, { actorRole: 'CONTROLLER', value: 'YES', breachTypes: ['INTEGRITY'], ...patch }, act);

describe('deciding whether there is a personal data breach', () => {
  it.each(BreachAnswer.options)('%s of something, and of nothing', (value) => {
    const of = (breachTypes: BreachOrder['breachTypes']) => refusalOf(() => decide({ value, breachTypes }));
    expect(of(['AVAILABILITY'])).toBe(value === 'NO' ? 'INVALID_INPUT' : 'not refused');
    expect(of([])).toBe(value === 'YES' ? 'INVALID_INPUT' : 'not refused');
  });

  it('is announced, once for each type', () => {
    const { state, events, decisions } = decide({ breachTypes: ['INTEGRITY', 'AVAILABILITY', 'INTEGRITY'] });
    const facts = { actorRole: 'CONTROLLER', value: 'YES', breachTypes: ['INTEGRITY', 'AVAILABILITY'] };
    expect(events).toMatchObject([{ event: { name: 'PersonalDataBreachDecided' }, data: facts }]);
    expect(decisions).toMatchObject([{ kind: 'personalDataBreach', value: facts }]);
    expect(assessmentOf(state, 'CONTROLLER')).toMatchObject({ isPersonalDataBreach: 'YES', judgement: null });
  });

  it('anew replaces what was decided in the same part, and leaves the others', () => {
    const first = decide({}).state;
    const other = decide({ actorRole: 'PROCESSOR' }, first).state;
    const { state } = decide({ value: 'NO', breachTypes: [] }, other);
    expect(state.version).toBe(4);
    expect(state.breachAssessments).toHaveLength(2);
    expect(assessmentOf(state, 'CONTROLLER')).toMatchObject({ isPersonalDataBreach: 'NO', breachTypes: [] });
    expect(assessmentOf(state, 'PROCESSOR')).toMatchObject({ isPersonalDataBreach: 'YES' });
  });
});
