import type { Transaction } from '@tocsin/database';

/** A piece of SQL with its parameters, to be put together with others: TypeORM's tag takes a whole statement only. */
export class Fragment {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];

  constructor(strings: readonly string[], values: readonly unknown[]) {
    this.strings = strings;
    this.values = values;
  }
}

/** Writes a piece; what stands in `${}` is a parameter, or another piece. */
export function piece(texts: TemplateStringsArray, ...parts: readonly unknown[]): Fragment {
  const strings: string[] = [texts[0] ?? ''];
  const values: unknown[] = [];
  const write = (text: string): void => void strings.push((strings.pop() ?? '') + text);
  for (const [index, part] of parts.entries()) {
    if (part instanceof Fragment) {
      write(part.strings[0] ?? '');
      strings.push(...part.strings.slice(1));
      values.push(...part.values);
    } else {
      strings.push('');
      values.push(part);
    }
    write(texts[index + 1] ?? '');
  }
  return new Fragment(strings, values);
}

/** All of the conditions. */
export const all = (conditions: readonly Fragment[]): Fragment =>
  conditions.reduce((left, right) => piece`${left} and ${right}`);

/** Asks a whole statement. */
export const rowsOf = <Row>(tx: Transaction, { strings, values }: Fragment): Promise<Row[]> =>
  tx.manager.sql<Row[]>(Object.assign([...strings], { raw: strings }), ...values);
