import { describe, expect, it } from '@jest/globals';
import { Crspi, Responsibility, Stage } from '@tocsin/contracts';
import { act, aDeclared, aDeclareOrder, anIncident, fresh, known, refusalOf } from '../testing/a-classification.ts';
import { declare } from './classification.ts';
import { decline, standDown, suspect } from './consideration.ts';

const aSuspected = () => suspect(anIncident(), known(), act).state;
const advice = { legalAdviserId: 'user:leo', isLegalMember: true };

describe('suspecting', () => {
  it.each(Stage.options)('R-26 in %s', (stage) => {
    const code = refusalOf(() => suspect(fresh(), known({ stage }), act));
    expect(code).toBe(stage === 'DETECT' || stage === 'ASSESS' ? 'STAGE_TOO_EARLY' : 'not refused');
  });

  it.each(Responsibility.options)('I-4 R-12 with responsibility %s', (responsibility) => {
    const code = refusalOf(() => suspect(fresh(), known({ responsibility }), act));
    expect(code).toBe(responsibility === 'CUSTOMER' ? 'CUSTOMER_RESPONSIBILITY' : 'not refused');
  });

  it('R-26 is announced, and puts the declaration under consideration', () => {
    const { state, events } = suspect(fresh(), known(), act);
    expect(state).toMatchObject({ suspected: true, crspi: 'UNDER_CONSIDERATION' });
    expect(events).toEqual([expect.objectContaining({ data: expect.objectContaining({ active: true }) })]);
  });

  it('after the declaration is ALREADY_DECLARED', () => {
    expect(refusalOf(() => suspect(aDeclared(), known(), act))).toBe('ALREADY_DECLARED');
  });
});

describe('standing down', () => {
  it('R-26 withdraws the suspicion, and announces it', () => {
    const { state, events, decisions } = standDown(aSuspected(), act);
    expect(state).toMatchObject({ version: 4, suspected: false, crspi: 'UNDER_CONSIDERATION' });
    expect(events).toEqual([expect.objectContaining({ data: expect.objectContaining({ active: false }) })]);
    expect(decisions).toEqual([expect.objectContaining({ kind: 'suspicion', value: { active: false } })]);
  });

  it('R-26 may be followed by a new suspicion, and by a declaration', () => {
    const stoodDown = standDown(aSuspected(), act).state;
    expect(suspect(stoodDown, known(), act).state).toMatchObject({ suspected: true });
    expect(declare(stoodDown, known(), aDeclareOrder(), act).state).toMatchObject({ crspi: 'DECLARED' });
  });

  it('without a suspicion is NOT_SUSPECTED', () => {
    expect(refusalOf(() => standDown(anIncident(), act))).toBe('NOT_SUSPECTED');
  });

  it('R-50 after the declaration is ALREADY_DECLARED', () => {
    const declared = declare(aSuspected(), known(), aDeclareOrder(), act).state;
    expect(refusalOf(() => standDown(declared, act))).toBe('ALREADY_DECLARED');
  });
});

describe('declining', () => {
  it.each(Crspi.options)('R-50 what is %s', (crspi) => {
    const code = refusalOf(() => decline({ ...anIncident(), crspi }, advice, act));
    const refused = crspi === 'DECLARED' ? 'ALREADY_DECLARED' : 'NOT_UNDER_CONSIDERATION';
    expect(code).toBe(crspi === 'UNDER_CONSIDERATION' ? 'not refused' : refused);
  });

  it('R-60 needs a legal adviser who is a member', () => {
    const nobody = { ...advice, isLegalMember: false };
    expect(refusalOf(() => decline(aSuspected(), nobody, act))).toBe('LEGAL_ADVISER_REQUIRED');
  });

  it('R-50 is announced, keeps who advised, and leaves the suspicion to the team', () => {
    const { state, events, decisions } = decline(aSuspected(), advice, act);
    expect(state).toMatchObject({ crspi: 'DECLINED', legalAdviserId: 'user:leo', suspected: true });
    expect(events.map(({ event }) => event.name)).toEqual(['CrspiDeclined']);
    expect(decisions).toEqual([expect.objectContaining({ kind: 'refusal', value: { legalAdviserId: 'user:leo' } })]);
  });

  it('R-50 may be considered again, and declared', () => {
    const declined = decline(aSuspected(), advice, act).state;
    expect(suspect(declined, known(), act).state).toMatchObject({ crspi: 'UNDER_CONSIDERATION' });
    expect(declare(declined, known(), aDeclareOrder(), act).state).toMatchObject({ crspi: 'DECLARED' });
  });
});
