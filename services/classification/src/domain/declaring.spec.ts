import { describe, expect, it } from '@jest/globals';
import { DeclarationBasis, Level, Responsibility, ScopeStatus, Stage } from '@tocsin/contracts';
import { act, aDeclared, aDeclareOrder, anIncident, known, now, refusalOf } from '../testing/a-classification.ts';
import { declare, scope, type Classification, type DeclareOrder, type KnownIncident } from './classification.ts';
import { retract } from './retraction.ts';

const declaring = (order: Partial<DeclareOrder>, incident: Partial<KnownIncident> = {}, from = anIncident()) =>
  refusalOf(() => declare(from, known(incident), aDeclareOrder(order), act));

const inScope = (status: ScopeStatus, from: Classification) =>
  scope(from, { tenantId: 'x', subscriptionIds: [], status, dataCategories: [], flowLogRefs: [] }, [], act).state;

describe('declaring a CRSPI', () => {
  it('R-50 needs a basis', () => {
    expect(declaring({ basis: [] })).toBe('BASIS_REQUIRED');
  });

  it.each(DeclarationBasis.options)('R-50 %s alone is enough', (basis) => {
    expect(declaring({ basis: [basis] })).toBe('not refused');
  });

  it('R-51 I-10 no tenant, no assessment and no suspicion need be known', () => {
    const from = anIncident();
    expect(from).toMatchObject({ scopes: [], assessment: null, suspected: false });
    expect(declaring({}, {}, from)).toBe('not refused');
  });

  it('R-51 of which no tenant is known opens a scoping task, done with the first that is LIKELY or CONFIRMED', () => {
    const at = now.toISOString();
    const open = { openedAt: at, closedAt: null };
    for (const status of ScopeStatus.options) {
      const { scopingTask } = inScope(status, aDeclared());
      const isTold = status === 'LIKELY' || status === 'CONFIRMED';
      expect([status, scopingTask]).toEqual([status, { ...open, closedAt: isTold ? at : null }]);
    }
    expect([anIncident().scopingTask, aDeclared().scopingTask]).toEqual([null, open]);
  });

  it('R-51 opens none if somebody is known to be affected, but once the last is ruled out', () => {
    const declared = declare(inScope('CONFIRMED', anIncident()), known(), aDeclareOrder(), act).state;
    expect(declared.scopingTask).toBeNull();
    expect(inScope('RULED_OUT', declared).scopingTask).toMatchObject({ closedAt: null });
  });

  it('R-51 has no task any more once it is retracted', () => {
    const { scopingTask } = retract(aDeclared(), { legalAdviserId: 'user:leo', isLegalMember: true }, act).state;
    expect(scopingTask?.closedAt).toBe(now.toISOString());
  });

  it.each(Stage.options)('R-52 may be done in %s', (stage) => {
    expect(declaring({}, { stage })).toBe('not refused');
  });

  it.each(Level.options)('I-6 of %s', (level) => {
    const code = declaring({}, {}, { ...anIncident(), level });
    expect(code).toBe(level === 'INCIDENT' ? 'not refused' : 'LEVEL_NOT_INCIDENT');
  });

  it.each(Responsibility.options)('I-4 R-12 with responsibility %s', (responsibility) => {
    const code = declaring({}, { responsibility });
    expect(code).toBe(responsibility === 'CUSTOMER' ? 'CUSTOMER_RESPONSIBILITY' : 'not refused');
  });

  it('R-60 needs a legal adviser who is a member', () => {
    expect(declaring({ isLegalMember: false })).toBe('LEGAL_ADVISER_REQUIRED');
  });

  it('happens once', () => {
    expect(declaring({}, {}, aDeclared())).toBe('ALREADY_DECLARED');
  });

  it('R-84 the instant is that of the decision, and is announced with the basis', () => {
    const { state, events, decisions } = declare(anIncident(), known(), aDeclareOrder(), act);
    expect(state).toMatchObject({ crspi: 'DECLARED', declaredAt: now, basis: ['ACCESS_LIKELY'] });
    expect(events).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({ declaredAt: now.toISOString(), basis: ['ACCESS_LIKELY'] }),
      }),
      expect.objectContaining({ data: expect.objectContaining({ crspi: 'DECLARED', labelB: 'CRSPI' }) }),
    ]);
    expect(decisions).toEqual([expect.objectContaining({ kind: 'declaration', reason: act.reason })]);
  });
});
