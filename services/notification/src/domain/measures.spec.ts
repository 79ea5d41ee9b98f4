import { describe, expect, it } from '@jest/globals';
import { ActionKind, ActionState } from '@tocsin/contracts';
import { anOrder, aScope, author, fields, refusalOf } from '../testing/a-notice.ts';
import { cite, linesOf, mustStand, type KnownAction } from './measures.ts';
import { draft } from './notice.ts';

const anAction = (n: number, patch: Partial<KnownAction> = {}): KnownAction => ({
  incidentId: 'i',
  id: `a${n}`,
  kind: 'CONTAINMENT',
  state: 'DONE',
  ...patch,
});

describe('measures', () => {
  it.each(['CONTAINMENT', 'MITIGATION', 'WORKAROUND'] as const)(
    'R-25 an action for %s is cited as it is now',
    (kind) => {
      const known = [anAction(1), anAction(2, { kind, state: 'IN_PROGRESS' })];
      expect(cite(['a2'], known)).toEqual([{ id: 'a2', kind, state: 'IN_PROGRESS' }]);
    },
  );

  it('R-25 each is cited once, in the order given', () => {
    const known = [anAction(1), anAction(2)];
    expect(cite(['a2', 'a1', 'a2'], known).map(({ id }) => id)).toEqual(['a2', 'a1']);
    expect(cite([], known)).toEqual([]);
  });

  it('R-25 R-82 an unknown action and a cancelled one are none', () => {
    expect(refusalOf(() => cite(['a1', 'a9'], [anAction(1)]))).toBe('ACTION_UNKNOWN');
    expect(refusalOf(() => cite(['a1'], [anAction(1, { state: 'CANCELLED' })]))).toBe('ACTION_CANCELLED');
  });

  it('R-82 a cited action stands until it is cancelled', () => {
    const cited = cite(['a1'], [anAction(1, { state: 'PLANNED' })]);
    const standing = (state: ActionState) => refusalOf(() => mustStand(cited, [anAction(1, { state })]));
    expect(ActionState.options.filter((state) => standing(state) !== 'not refused')).toEqual(['CANCELLED']);
  });

  it('R-25 says in words what kind and how far, once for equal ones', () => {
    const lines = linesOf([anAction(1), anAction(2), anAction(3, { kind: 'WORKAROUND', state: 'PLANNED' })]);
    expect(lines).toEqual(['- Containment: done', '- Workaround: planned']);
    for (const kind of ActionKind.options)
      expect(linesOf([anAction(1, { kind })])[0]).toMatch(/^- [A-Z][a-z- ]+: done$/);
  });

  it('R-25 stand below the sender’s own words, and are part of what is approved', () => {
    const cited = [{ id: 'a1', kind: 'MITIGATION', state: 'IN_PROGRESS' }] as const;
    const { state: notice } = draft(aScope(), anOrder({ cited }), author);
    expect(notice.citedActions).toEqual(cited);
    expect(notice.body).toContain(`Measures taken and proposed\n${fields.measures}\n- Mitigation: under way\n`);
    expect(notice.body).not.toContain('a1');
    expect(notice.sha256).not.toBe(draft(aScope(), anOrder(), author).state.sha256);
  });
});
