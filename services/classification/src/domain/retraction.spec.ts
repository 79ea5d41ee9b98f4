import { describe, expect, it } from '@jest/globals';
import { Crspi } from '@tocsin/contracts';
import {
  act,
  aClassifyOrder,
  aDeclared,
  aDeclareOrder,
  anIncident,
  known,
  now,
  refusalOf,
} from '../testing/a-classification.ts';
import { authorize, classify, declare, type Act } from './classification.ts';
import { suspect } from './consideration.ts';
import { labelsOf } from './labels.ts';
import { retract } from './retraction.ts';

const advice = { legalAdviserId: 'user:lea', isLegalMember: true };
const later: Act = { ...act, now: new Date(now.getTime() + 60_000) };
const aRetracted = () => retract(authorize(aDeclared(), act).state, advice, later).state;

describe('retracting a declaration', () => {
  it.each(Crspi.options)('I-7 of what is %s', (crspi) => {
    const code = refusalOf(() => retract({ ...aDeclared(), crspi }, advice, act));
    expect(code).toBe(crspi === 'DECLARED' ? 'not refused' : 'NOT_DECLARED');
  });

  it('R-60 needs a legal adviser who is a member', () => {
    const nobody = { ...advice, isLegalMember: false };
    expect(refusalOf(() => retract(aDeclared(), nobody, act))).toBe('LEGAL_ADVISER_REQUIRED');
  });

  it('I-7 takes back basis, instant, suspicion and gate G4, and keeps who advised', () => {
    const suspected = suspect(anIncident(), known(), act).state;
    const declared = authorize(declare(suspected, known(), aDeclareOrder(), act).state, act).state;
    const { state, decisions } = retract(declared, advice, later);
    expect(state).toMatchObject({
      ...{ crspi: 'RETRACTED', legalAdviserId: 'user:lea', version: declared.version + 1 },
      ...{ basis: [], declaredAt: null, suspected: false, executionAuthorizedAt: null },
    });
    const value = { legalAdviserId: 'user:lea' };
    expect(decisions).toEqual([expect.objectContaining({ kind: 'retraction', value, reason: act.reason })]);
  });

  it('R-45 is announced, with the labels as they are without it', () => {
    const { events, state } = retract(aDeclared(), advice, later);
    expect(events.map(({ event }) => event.name)).toEqual(['CrspiRetracted', 'IncidentClassified']);
    expect(events[1]?.data).toMatchObject({ level: 'INCIDENT', crspi: 'RETRACTED', labelB: 'Security Incident' });
    expect(labelsOf(state)).not.toHaveProperty('labelA');
  });

  it.each(['EVENT', 'FALSE_POSITIVE'] as const)('I-7 lets it be judged %s, which it was not before', (level) => {
    const order = aClassifyOrder({ level, eventGround: 'ATTEMPTED_ATTACK', rootCause: 'TEST_ACTIVITY' });
    expect(refusalOf(() => classify(aDeclared(), order, act))).toBe('RETRACT_FIRST');
    expect(classify(aRetracted(), order, act).state).toMatchObject({ level, crspi: 'RETRACTED' });
  });

  it('R-50 may be followed by a new suspicion, and by a declaration of a later instant', () => {
    expect(suspect(aRetracted(), known(), act).state).toMatchObject({ crspi: 'UNDER_CONSIDERATION' });
    const { state } = declare(aRetracted(), known(), aDeclareOrder(), later);
    expect(state).toMatchObject({ crspi: 'DECLARED', declaredAt: later.now, executionAuthorizedAt: null });
  });
});
