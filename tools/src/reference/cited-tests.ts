import ts from 'typescript';

/** A test that runs, with every id that its name or a name around it cites. */
export interface CitedTest {
  /** Path in the checkout. */
  readonly file: string;
  readonly name: string;
  readonly ids: readonly string[];
}

/** Requirements, invariants, security, eventing and fault ids of the design; `R-1O` too, so that it is found unknown. */
const id = /\b([RISEF])-\d\w*/g;
const range = /\b([RISEF])-(\d+) to \1-(\d+)\b/g;

/** The tests of one spec file. What is skipped, or only planned, shows nothing and is left out. */
export function citedTests(file: string, source: string): CitedTest[] {
  const tests: CitedTest[] = [];
  const visit = (node: ts.Node, around: readonly string[]): void => {
    const call = ts.isCallExpression(node) ? callOf(node) : undefined;
    if (call?.isSkipped) return;
    const names = call === undefined ? around : [...around, call.name];
    if (call !== undefined && call.kind !== 'describe')
      tests.push({ file, name: call.name, ids: idsIn(names.join(' ')) });
    ts.forEachChild(node, (child) => {
      visit(child, names);
    });
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true), []);
  return tests;
}

/** Each id once, in order; `R-10 to R-12` are three. */
export function idsIn(text: string): string[] {
  const ids = [...text.matchAll(id)].map(([found]) => found);
  for (const [, letter = '', from, to] of text.matchAll(range)) {
    const width = from?.length ?? 0;
    for (let n = Number(from); n <= Number(to); n += 1) ids.push(`${letter}-${String(n).padStart(width, '0')}`);
  }
  return [...new Set(ids)].sort();
}

interface Call {
  readonly kind: string;
  readonly name: string;
  readonly isSkipped: boolean;
}

const kinds = ['describe', 'it', 'test', 'xdescribe', 'xit', 'xtest'];
/** What does not run, or has to fail. */
const showsNothing = ['skip', 'todo', 'failing'];
const modifiersOfTests = ['each', 'only', 'concurrent', ...showsNothing];

/** `it('…')`, `it.each(…)('…')`, `it.skip('…')`, and so with `test` and `describe`; not `test.admin('…')` of a database. */
function callOf(call: ts.CallExpression): Call | undefined {
  const [kind, ...modifiers] = wordsOf(call.expression);
  const name = call.arguments[0];
  if (kind === undefined || !kinds.includes(kind)) return undefined;
  if (!modifiers.every((modifier) => modifiersOfTests.includes(modifier))) return undefined;
  if (name === undefined || !(ts.isStringLiteralLike(name) || ts.isTemplateExpression(name))) return undefined;
  const text = ts.isStringLiteralLike(name) ? name.text : name.getText().slice(1, -1);
  const isSkipped = kind.startsWith('x') || modifiers.some((modifier) => showsNothing.includes(modifier));
  return { kind, name: text, isSkipped };
}

/** `it.each(…)` gives `it`, `each`; what is no chain of names gives nothing. */
function wordsOf(callee: ts.Expression): string[] {
  if (ts.isIdentifier(callee)) return [callee.text];
  if (ts.isPropertyAccessExpression(callee)) return [...wordsOf(callee.expression), callee.name.text];
  if (ts.isCallExpression(callee)) return wordsOf(callee.expression);
  return ts.isTaggedTemplateExpression(callee) ? wordsOf(callee.tag) : [];
}
