import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { anOrder, aScope, author, fields } from '../testing/a-notice.ts';
import { draft } from './notice.ts';
import { notYetKnown, renderNotice } from './rendering.ts';

const bodyFor = (tenant: 'x' | 'y'): string => {
  const said = (word: string) => `canary-${tenant}-${word}`;
  const filled = {
    nature: said('nature'),
    dataCategories: said('data'),
    consequences: said('consequences'),
    measures: said('measures'),
    contactPoint: said('contact'),
    recommendedActions: [said('action')],
  };
  const scope = aScope({ tenantId: said('tenant'), subscriptionIds: [said('sub')], dataCategories: [said('kind')] });
  return draft(scope, anOrder({ tenantName: said('name'), fields: filled }), author).state.body;
};

describe('rendering', () => {
  it('I-26 R-81 a notice to X holds all of X and no canary of Y, in whatever order they are written', () => {
    const [x, y] = [bodyFor('x'), bodyFor('y')];
    expect(bodyFor('x')).toBe(x);
    expect([x.includes('canary-y'), y.includes('canary-x')]).toEqual([false, false]);
    for (const word of ['name', 'nature', 'data', 'consequences', 'measures', 'contact', 'action', 'sub'])
      expect(x).toContain(`canary-x-${word}`);
  });

  it('the digest is that of the body, byte for byte', () => {
    const { body, sha256 } = renderNotice({ ...anOrder(), subscriptionIds: [] });
    expect(sha256).toBe(createHash('sha256').update(body, 'utf8').digest('hex'));
    const other = renderNotice({ ...anOrder(), subscriptionIds: [], fields: { ...fields, measures: 'Other.' } });
    expect(other.sha256).not.toBe(sha256);
  });

  it('R-87 says in words what is not yet known', () => {
    const { body } = renderNotice({
      ...anOrder(),
      subscriptionIds: [],
      fields: { ...fields, consequences: notYetKnown },
    });
    expect(body).toContain('Not yet known. We will tell you as soon as we know.');
    expect(body).not.toContain(notYetKnown);
  });
});
