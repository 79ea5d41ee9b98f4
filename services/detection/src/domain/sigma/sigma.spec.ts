import { describe, expect, it } from '@jest/globals';
import { loadRules } from './load.ts';
import type { SigmaEvent } from './event.ts';

const source = { product: 'windows', categories: ['process_creation'] };
const event = (fields: Record<string, unknown>): SigmaEvent => ({ logSource: source, fields });

const ruleText = (detection: string, head = ''): string => `title: t
id: 0f3c2f5e-0d5c-4b7c-8a52-0d9a6a1f8e11
author: a
logsource: { category: process_creation }
detection:
${detection.replaceAll(/^/gm, '  ')}
${head}`;

const one = (item: string): string => ruleText(`s:\n  ${item}\ncondition: s`);

function asks(text: string, fields: Record<string, unknown>): boolean {
  const { rules, reasons } = loadRules(text);
  expect(reasons).toEqual([]);
  return rules.some((rule) => rule.matches(event(fields)));
}

describe('values', () => {
  it.each([
    ['case does not matter', `A: FOO`, { A: 'foo' }, true],
    ['the whole value must fit', `A: foo`, { A: 'foobar' }, false],
    ['K (U+212A) is k', `A: '\u212a'`, { A: 'k' }, true],
    ['İ stays İ', `A: i`, { A: '\u0130' }, false],
    ['ß is not ss', `A: ss`, { A: 'ß' }, false],
    ['no Unicode normalisation', `A: "e\u0301"`, { A: 'é' }, false],
    ['an absent field is false', `A: foo`, { B: 'foo' }, false],
    ['contains', `A|contains: oo`, { A: 'foobar' }, true],
    ['startswith', `A|startswith: foo`, { A: 'xfoo' }, false],
    ['endswith', `A|endswith: bar`, { A: 'foobar' }, true],
    ['contains with a wildcard inside', `A|contains: 'f*r'`, { A: '_foo bar_' }, true],
    ['a list is OR', `A: [x, y]`, { A: 'y' }, true],
    ['all: every value', `A|contains|all: [a, b]`, { A: 'xbxax' }, true],
    ['all: one is missing', `A|contains|all: [a, b]`, { A: 'xa' }, false],
    ['* runs over line ends', `A: 'a*b'`, { A: 'a\r\nb' }, true],
    ['? is one code point', `A: 'a?b'`, { A: 'a😀b' }, true],
    ['? is not nothing', `A: 'a?b'`, { A: 'ab' }, false],
    ['* alone: present', `A: '*'`, { A: '' }, true],
    ['* alone: not null', `A: '*'`, { A: null }, false],
    ['empty text: present and empty', `A: ''`, { A: '' }, true],
    ['empty text: absent', `A: ''`, {}, false],
    ['null: absent', `A: null`, {}, true],
    ['null: null', `A:`, { A: null }, true],
    ['null: present', `A: null`, { A: 'x' }, false],
    ['a number as written', `A: 00000429`, { A: '00000429' }, true],
    ['a number is not its other spelling', `A: 00000429`, { A: '429' }, false],
    ['an equal number', `A: 4688`, { A: 4688 }, true],
    ['a number against text', `A: 4688`, { A: '4688' }, true],
    ['a number contained', `A|contains: 68`, { A: 4688 }, true],
    ['a boolean', `A: true`, { A: 'TRUE' }, true],
    ['an object has no text', `A|contains: o`, { A: { b: 'o' } }, false],
    ['any element of an array', `A: x`, { A: ['y', 'x'] }, true],
    ['a path', `a.b: x`, { a: { b: 'x' } }, true],
    ['a path through an array', `a.b: x`, { a: [{ b: 'y' }, { b: 'x' }] }, true],
    ['the literal key wins over the path', `a.b: x`, { 'a.b': 'y', a: { b: 'x' } }, false],
    ['inherited properties are no fields', `constructor: '*'`, {}, false],
    ['more fields are AND', `A: x\n  B: y`, { A: 'x' }, false],
  ] as const)('%s', (_fact, item, fields, expected) => {
    expect(asks(one(item), fields)).toBe(expected);
  });

  it.each([
    ['\\a', '\\a'],
    ['\\\\a', '\\a'],
    ['\\*', '*'],
    ['\\?', '?'],
    ['\\\\*', '\\anything'],
    ['\\\\\\*', '\\*'],
    ['\\\\\\a', '\\\\a'],
    ['\\\\\\\\a', '\\\\a'],
    ['a\\', 'a\\'],
  ])('the escaped value %s finds %s', (value, text) => {
    expect(asks(one(`A: '${value}'`), { A: text })).toBe(true);
    expect(asks(one(`A: '${value}'`), { A: `${text}~`.replace('anything', 'x') })).toBe(value === '\\\\*');
  });

  it('D-5 many wildcards over a long value take linear time, not forever', () => {
    const started = performance.now();
    expect(asks(one(`A: '${'*a'.repeat(40)}*b'`), { A: 'a'.repeat(200_000) })).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('conditions', () => {
  const fields = ['a', 'b', 'c', '_d'];
  const holds = (condition: string, ...present: string[]): boolean => {
    const selections = fields.map((name) => `${name}: { ${name}: 1 }`).join('\n');
    const text = ruleText(`${selections}\ncondition: ${condition}`);
    return asks(text, Object.fromEntries(present.map((name) => [name, 1])));
  };

  it.each([
    ['a or b and c', ['a'], true],
    ['a or b and c', ['b'], false],
    ['(a or b) and c', ['a'], false],
    ['not a and b', ['b'], true],
    ['not (a and b)', ['a'], true],
    ['not not a', ['a'], true],
    ['a AND NOT b', ['a'], true],
    ['1 of them', ['_d'], false],
    ['1 of them', ['c'], true],
    ['any of a*', ['a'], true],
    ['all of them', ['a', 'b', 'c'], true],
    ['all of them', ['a', 'b'], false],
    ['1 of *d', ['_d'], true],
    ['a and not 1 of b*', ['a', 'b'], false],
    ['["a and b", c]', ['c'], true],
  ] as const)('%s with %j is %s', (condition, present, expected) => {
    expect(holds(condition, ...present)).toBe(expected);
  });

  it('a list of maps is OR', () => {
    expect(asks(ruleText('s:\n  - A: 1\n  - B: 1\ncondition: s'), { B: 1 })).toBe(true);
  });

  it('an event of another log source never matches', () => {
    const { rules } = loadRules(one('A: 1'));
    expect(rules[0]?.matches({ logSource: { categories: [] }, fields: { A: 1 } })).toBe(false);
  });
});

describe('D-3 what is not known is refused, with its reason', () => {
  it.each([
    ['MODIFIER_UNKNOWN', one('A|re: x')],
    ['MODIFIER_UNKNOWN', one('A|cased: x')],
    ['MODIFIER_UNKNOWN', one('A|toString: x')],
    ['MODIFIER_COMBINATION', one('A|contains|endswith: x')],
    ['MODIFIER_COMBINATION', one('A|contains|all: x')],
    ['MODIFIER_COMBINATION', one('A|contains|all: [x]')],
    ['MODIFIER_COMBINATION', one('A|contains: null')],
    ['VALUE_TYPE', one('A: [x, null]')],
    ['VALUE_TYPE', one('A: { b: c }')],
    ['VALUE_TYPE', one('A: []')],
    ['KEYWORDS_UNSUPPORTED', ruleText('s: [foo]\ncondition: s')],
    ['KEYWORDS_UNSUPPORTED', ruleText('s: foo\ncondition: s')],
    ['KEYWORDS_UNSUPPORTED', one(`'|all': [x, y]`)],
    ['SCHEMA', ruleText('s: {}\ncondition: s')],
    ['SCHEMA', ruleText('s: { A: 1 }\ncondition: s', 'level: terrible')],
    ['SCHEMA', ruleText('s: { A: 1 }\ncondition: s', 'action: global')],
    ['SCHEMA', ruleText('s: { A: 1 }\ncondition: s').replace('author: a\n', '')],
    ['SCHEMA', ruleText('s: { A: 1 }\ncondition: s').replace('category: process_creation', 'kind: x')],
    ['TAXONOMY_UNKNOWN', ruleText('s: { A: 1 }\ncondition: s').replace('process_creation', 'dns')],
    ['SELECTION_UNKNOWN', ruleText('s: { A: 1 }\ncondition: t')],
    ['SELECTION_UNKNOWN', ruleText('s: { A: 1 }\ncondition: 1 of t*')],
    ['CONDITION_SYNTAX', ruleText('s: { A: 1 }\ncondition: s and')],
    ['CONDITION_SYNTAX', ruleText('s: { A: 1 }\ncondition: (s')],
    ['CONDITION_SYNTAX', ruleText('s: { A: 1 }\ncondition: s s')],
    ['CONDITION_SYNTAX', ruleText(`s: { A: 1 }\ncondition: ${'('.repeat(10_000)}`)],
    ['CONDITION_SYNTAX', ruleText('s: { A: 1 }')],
    ['PIPE_AGGREGATION', ruleText('s: { A: 1 }\ncondition: s | count() > 5')],
    ['PIPE_AGGREGATION', ruleText('s: { A: 1 }\ntimeframe: 5m\ncondition: s')],
    ['YAML', 'title: ['],
    ['YAML', ''],
    ['YAML', one('A: 1\n  A: 2')],
    ['YAML', ruleText('s: &x { A: 1 }\nt: *x\ncondition: s')],
    ['SCHEMA', 'just text'],
    ['TOO_LARGE', ruleText(`s: { A: ${'['.repeat(60)}${']'.repeat(60)} }\ncondition: s`)],
    ['TOO_LARGE', `# ${'x'.repeat(300_000)}`],
  ])('%s', (code, text) => {
    const { rules, reasons } = loadRules(text);
    expect(rules).toEqual([]);
    expect(reasons.map((reason) => reason.code)).toContain(code);
  });

  it('all reasons of a rule at once, each with its path', () => {
    const { reasons } = loadRules(ruleText('s: { A|re: x, B|lt: 1 }\ncondition: t', 'level: x'));
    expect(reasons.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'SCHEMA level',
      'MODIFIER_UNKNOWN detection.s.A|re',
      'MODIFIER_UNKNOWN detection.s.B|lt',
      'SELECTION_UNKNOWN detection.condition',
    ]);
  });
});
