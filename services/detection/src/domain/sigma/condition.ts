import type { Reasons } from './reason.ts';
import type { Test } from './selection.ts';

/** The selections that compiled, by name; undefined where one has reasons of its own. */
export type Selections = ReadonlyMap<string, Test | undefined>;

/** The condition cannot be read; becomes a reason. */
class Unreadable extends Error {
  readonly code: 'CONDITION_SYNTAX' | 'SELECTION_UNKNOWN';
  constructor(code: Unreadable['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const deepest = 32;

/**
 * `or` binds weaker than `and`, that weaker than `not`, that weaker than `1 of`, `any of`, `all of` and parentheses.
 * `them` is every selection whose name has no leading underscore.
 */
export function compileCondition(text: string, selections: Selections, reasons: Reasons): Test | undefined {
  const path = 'detection.condition';
  if (text.includes('|')) {
    return reasons.add('PIPE_AGGREGATION', path, 'Aggregations behind | are not supported; use a correlation rule.');
  }
  try {
    return new ConditionParser(text, selections).read();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return reasons.add(error.code, path, error.message);
  }
}

class ConditionParser {
  readonly #words: readonly string[];
  readonly #selections: Selections;
  #at = 0;
  #depth = 0;

  constructor(text: string, selections: Selections) {
    this.#words = text.match(/[()]|[^\s()]+/g) ?? [];
    this.#selections = selections;
  }

  read(): Test {
    const test = this.#or();
    const rest = this.#words[this.#at];
    if (rest !== undefined) throw new Unreadable('CONDITION_SYNTAX', `"${rest}" is not expected here.`);
    return test;
  }

  #or(): Test {
    const tests = [this.#and()];
    while (this.#take('or')) tests.push(this.#and());
    return anyOf(tests);
  }

  #and(): Test {
    const tests = [this.#not()];
    while (this.#take('and')) tests.push(this.#not());
    return allOf(tests);
  }

  #not(): Test {
    this.#depth += 1;
    if (this.#depth > deepest) throw new Unreadable('CONDITION_SYNTAX', `More than ${deepest} levels.`);
    try {
      if (!this.#take('not')) return this.#operand();
      const test = this.#not();
      return (fields) => !test(fields);
    } finally {
      this.#depth -= 1;
    }
  }

  #operand(): Test {
    const word = this.#words[this.#at];
    this.#at += 1;
    if (word === undefined) throw new Unreadable('CONDITION_SYNTAX', 'The condition ends too early.');
    if (word === '(') return this.#inParentheses();
    const quantity = word.toLowerCase();
    if (quantity === '1' || quantity === 'any' || quantity === 'all') {
      if (this.#take('of')) return this.#quantified(quantity === 'all');
    }
    if (word === ')' || isKeyword(word)) throw new Unreadable('CONDITION_SYNTAX', `"${word}" is not expected here.`);
    if (!this.#selections.has(word)) throw new Unreadable('SELECTION_UNKNOWN', `There is no selection "${word}".`);
    return this.#selections.get(word) ?? broken;
  }

  #inParentheses(): Test {
    const test = this.#or();
    if (!this.#take(')')) throw new Unreadable('CONDITION_SYNTAX', 'A closing parenthesis is missing.');
    return test;
  }

  #quantified(all: boolean): Test {
    const pattern = this.#words[this.#at] ?? '';
    this.#at += 1;
    const names = [...this.#selections.keys()].filter((name) => fits(name, pattern));
    if (names.length === 0) throw new Unreadable('SELECTION_UNKNOWN', `No selection fits "${pattern}".`);
    const tests = names.map((name) => this.#selections.get(name) ?? broken);
    return all ? allOf(tests) : anyOf(tests);
  }

  #take(word: string): boolean {
    if (this.#words[this.#at]?.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }
}

const anyOf =
  (tests: readonly Test[]): Test =>
  (fields) =>
    tests.some((test) => test(fields));

const allOf =
  (tests: readonly Test[]): Test =>
  (fields) =>
    tests.every((test) => test(fields));

const isKeyword = (word: string): boolean => ['and', 'or', 'not', 'of'].includes(word.toLowerCase());

/** Stands for a selection that was refused; the rule is refused too, so it never runs. */
const broken: Test = () => false;

/** `them`, a name, or a pattern with `*` anywhere; case matters. */
function fits(name: string, pattern: string): boolean {
  if (pattern === 'them') return !name.startsWith('_');
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
