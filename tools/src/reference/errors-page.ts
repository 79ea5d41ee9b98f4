import type { Part } from './part.ts';
import { code, heading, page, table } from './markdown.ts';

interface Row {
  readonly description: string;
  readonly raisedBy: string[];
}

/**
 * `docs/reference/errors.md`.
 *
 * @throws Error if two services tell a client different things under one code.
 */
export function errorsPage(parts: readonly Part[]): string {
  const rows = [...merge(parts)].sort(([a], [b]) => (a < b ? -1 : 1));
  return page(
    heading(
      'Error codes',
      'A refusal of the API is a GraphQL error with `extensions.code` and, where they help, `extensions.details`: ids, ' +
        'enum values and counts, never personal data. Whatever else goes wrong is `INTERNAL_SERVER_ERROR` with an ' +
        '`extensions.errorId`, under which the log tells the rest; mistakes in a GraphQL document have the codes of ' +
        'Apollo Server (`GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`, `BAD_USER_INPUT`, …).',
    ),
    table(
      ['Code', 'Raised by', 'What it says'],
      rows.map(([name, { raisedBy, description }]) => [code(name), raisedBy.join(', '), description]),
    ),
  );
}

function merge(parts: readonly Part[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { name, refusals } of parts) {
    for (const { code: found, description, isShared } of refusals) {
      const row = rows.get(found);
      if (row === undefined) rows.set(found, { description, raisedBy: [isShared ? 'any part' : name] });
      else if (row.description !== description)
        throw new Error(`${found} means one thing in ${row.raisedBy.join(', ')} and another in ${name}.`);
      else if (!isShared) row.raisedBy.push(name);
    }
  }
  return rows;
}
