import DataLoader from 'dataloader';

/**
 * Collects the ids asked for in one request and fetches them with one query. Absent and hidden objects are null alike.
 */
export function createLoader<V extends { readonly id: string }>(
  fetch: (ids: readonly string[]) => Promise<readonly V[]>,
): DataLoader<string, V | null> {
  return new DataLoader(
    async (ids) => {
      const found = new Map((await fetch(ids)).map((value) => [value.id, value]));
      return ids.map((id) => found.get(id) ?? null);
    },
    { maxBatchSize: 500 },
  );
}
