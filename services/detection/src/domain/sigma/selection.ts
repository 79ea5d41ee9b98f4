import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { valuesOf } from './event.ts';
import type { Reasons } from './reason.ts';
import { valueTest, type Sides, type ValueTest } from './value.ts';

export type Fields = Readonly<Record<string, unknown>>;
/** Whether an event's fields satisfy a part of a rule: two-valued, an absent field is false. */
export type Test = (fields: Fields) => boolean;

const positions: Readonly<Record<string, Sides>> = {
  contains: { before: true, after: true },
  startswith: { before: false, after: true },
  endswith: { before: true, after: false },
};

/** A map is AND, a list of maps is OR. Adds what is wrong to `reasons` and every field it asks for to `asked`. */
export function compileSelection(node: unknown, path: string, reasons: Reasons, asked: Set<string>): Test | undefined {
  if (isMap(node)) {
    if (node.items.length === 0) return reasons.add('SCHEMA', path, 'A selection may not be empty.');
    return every(node.items.map((pair) => compileField(pair as Pair<Node, Node | null>, path, reasons, asked)));
  }
  if (!isSeq(node))
    return reasons.add('KEYWORDS_UNSUPPORTED', path, 'Give fields and their values, or a list of them.');
  if (node.items.length === 0) return reasons.add('SCHEMA', path, 'A selection may not be empty.');
  return any(
    node.items.map((item, n) =>
      isMap(item)
        ? compileSelection(item, `${path}[${n}]`, reasons, asked)
        : reasons.add(
            'KEYWORDS_UNSUPPORTED',
            `${path}[${n}]`,
            'Searching all fields for a keyword is not supported yet.',
          ),
    ),
  );
}

function compileField(
  pair: Pair<Node, Node | null>,
  parent: string,
  reasons: Reasons,
  asked: Set<string>,
): Test | undefined {
  const key = isScalar(pair.key) ? String(pair.key.value) : '';
  const path = `${parent}.${key}`;
  const [field = '', ...modifiers] = key.split('|');
  if (field === '') return reasons.add('KEYWORDS_UNSUPPORTED', path, 'A field name is missing before the modifier.');
  asked.add(field);
  const how = readModifiers(modifiers, path, reasons);
  if (how === undefined) return undefined;
  if (isSeq(pair.value)) return compileList(field, pair.value.items as Node[], how, path, reasons);
  if (how.all) return reasons.add('MODIFIER_COMBINATION', path, '|all needs a list of values.');
  return compileOne(field, pair.value, how.sides, path, reasons);
}

interface How {
  readonly all: boolean;
  readonly sides?: Sides;
}

function readModifiers(modifiers: readonly string[], path: string, reasons: Reasons): How | undefined {
  const unknown = modifiers.filter((name) => name !== 'all' && !Object.hasOwn(positions, name));
  for (const name of unknown) reasons.add('MODIFIER_UNKNOWN', path, `The modifier "${name}" is not supported.`);
  if (unknown.length > 0) return undefined;
  const placed = modifiers.filter((name) => name !== 'all');
  if (placed.length > 1 || modifiers.length - placed.length > 1) {
    return reasons.add(
      'MODIFIER_COMBINATION',
      path,
      'Use at most one of contains, startswith, endswith, and all once.',
    );
  }
  const sides = positions[placed[0] ?? ''];
  return { all: placed.length < modifiers.length, ...(sides !== undefined && { sides }) };
}

function compileList(
  field: string,
  items: readonly Node[],
  how: How,
  path: string,
  reasons: Reasons,
): Test | undefined {
  if (items.length === 0) return reasons.add('VALUE_TYPE', path, 'A list of values may not be empty.');
  if (how.all && items.length === 1)
    return reasons.add('MODIFIER_COMBINATION', path, '|all needs at least two values.');
  const tests = items.map((item, n) => compileText(field, item, how.sides, `${path}[${n}]`, reasons));
  return how.all ? every(tests) : any(tests);
}

/** A single value; only here null is allowed, and means absent or null. */
function compileOne(
  field: string,
  node: Node | null,
  sides: Sides | undefined,
  path: string,
  reasons: Reasons,
): Test | undefined {
  const isNull = node === null || (isScalar(node) && node.value === null);
  if (!isNull) return compileText(field, node, sides, path, reasons);
  if (sides !== undefined) return reasons.add('MODIFIER_COMBINATION', path, 'null takes no modifier.');
  return (fields) => valuesOf(fields, field).every((value) => value === null || value === undefined);
}

function compileText(
  field: string,
  node: Node,
  sides: Sides | undefined,
  path: string,
  reasons: Reasons,
): Test | undefined {
  const test: ValueTest | undefined = valueTest(node, sides);
  if (test === undefined) return reasons.add('VALUE_TYPE', path, 'A value is a text, a number or a boolean.');
  return (fields) => valuesOf(fields, field).some(test);
}

const every = (tests: readonly (Test | undefined)[]): Test | undefined => {
  const known = tests.filter((test) => test !== undefined);
  return known.length < tests.length ? undefined : (fields) => known.every((test) => test(fields));
};

const any = (tests: readonly (Test | undefined)[]): Test | undefined => {
  const known = tests.filter((test) => test !== undefined);
  return known.length < tests.length ? undefined : (fields) => known.some((test) => test(fields));
};
