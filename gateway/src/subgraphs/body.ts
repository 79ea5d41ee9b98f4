const keptQueries = 2_000;

/**
 * Writes request bodies. The part that is the same each time a query is sent, which is the long one, is made once per
 * query and kept; plans repeat, so few are.
 */
export function bodyWriter(): (query: string, variables: unknown, operationName: string | undefined) => string {
  const prefixes = new Map<string, string>();
  const prefixOf = (query: string): string => {
    const known = prefixes.get(query);
    if (known !== undefined) return known;
    if (prefixes.size >= keptQueries) prefixes.clear();
    const prefix = `{"query":${JSON.stringify(query)},"variables":`;
    prefixes.set(query, prefix);
    return prefix;
  };
  return (query, variables, operationName) => {
    const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
    return `${prefixOf(query)}${JSON.stringify(variables ?? {})}${name}}`;
  };
}
