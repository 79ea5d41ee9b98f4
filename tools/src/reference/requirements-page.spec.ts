import { describe, expect, it } from '@jest/globals';
import { citedTests, idsIn } from './cited-tests.ts';
import { requirementsPage, type Requirement } from './requirements-page.ts';

const file = 'services/incident/src/stages.spec.ts';
// Put together, or this file's own names would be found to cite them.
const cite = (n: number): string => `R-${String(n)}`;

describe('the tests of a spec file', () => {
  it('are known by name, each with the ids around it', () => {
    const source = `describe('${cite(21)} stages', () => {
      it('${cite(22)} alternate', () => {});
      it.each([1, 2])('I-5 wait for %s', () => {});
      test(\`S-\${n} and I-6\`, () => {});
    });`;
    expect(citedTests(file, source)).toEqual([
      { file, name: `${cite(22)} alternate`, ids: [cite(21), cite(22)] },
      { file, name: 'I-5 wait for %s', ids: ['I-5', cite(21)] },
      { file, name: 'S-${n} and I-6', ids: ['I-6', cite(21)] },
    ]);
  });

  it.each([
    [`it.skip('I-5 sleeps', () => {});`],
    [`it.todo('I-5 will');`],
    [`describe.skip('I-5', () => { it('sleeps', () => {}); });`],
    [`it.failing('I-5 has to fail', () => {});`],
    [`xdescribe('I-5', () => { it('sleeps', () => {}); });`],
    [`test.admin('select I-5 from a database');`],
    [`// it('I-5 was', () => {});`],
    [`const it = 'I-5'; send('I-5 is no test');`],
  ])('leave out what does not run: %s', (source) => {
    expect(citedTests(file, source)).toEqual([]);
  });

  it('may cite a range', () => {
    expect(idsIn(`${cite(10)} to ${cite(12)}, I-5`)).toEqual(['I-5', cite(10), cite(11), cite(12)]);
  });
});

describe('the page of requirements', () => {
  const requirements: Requirement[] = [21, 22].map((n) => ({
    id: cite(n),
    seeds: 'AB',
    text: 'Stages.',
    owner: 'I',
    shownWhen: 'others are refused',
  }));
  const test = { file, name: 'goes on', ids: [cite(21), 'I-5'] };

  it('shows the gap beside what is shown', () => {
    const page = requirementsPage(requirements, [test, test]);
    expect(page).toContain(`1 of 2 requirements have a test. Without one: ${cite(22)}.`);
    expect(page).toContain(`| [${file}](../../${file}) (2) |`);
    expect(page).toContain('| **no test yet** |');
    expect(page).toContain('I-5 2');
  });

  it('refuses a test that cites a requirement which there is not', () => {
    for (const id of [cite(99), `${cite(2)}O`]) {
      const misspelt = { ...test, ids: idsIn(`${id} goes on`) };
      expect(() => requirementsPage(requirements, [misspelt])).toThrow(`${file}: the test "goes on" cites ${id},`);
    }
  });
});
