import type { Transaction } from '@tocsin/database';
import type { Sighting } from './domain/detection.ts';
import { hides } from './domain/hiding.ts';
import { loadFilter, type Filter } from './domain/sigma/filter.ts';
import type { Attributes } from './domain/signal.ts';
import { suppressionStore } from './store/suppression-store.ts';

/** Filters by their text, so that each is read once. */
const compiled = new Map<string, Filter | null>();
const mostCompiled = 1_000;

/** A filter that was accepted and cannot be read any more hides nothing. */
function filterOf(text: string): Filter | null {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const loaded = loadFilter(text);
  const filter = 'filter' in loaded ? loaded.filter : null;
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(text, filter);
  return filter;
}

/** By fingerprint, the suppression that hides what was seen; of several, the oldest. What people report is never hidden. */
export async function hiddenAmong(
  tx: Transaction,
  sightings: readonly Sighting[],
  attributes: Attributes,
): Promise<ReadonlyMap<string, string>> {
  const hidden = new Map<string, string>();
  const automated = sightings.filter(({ source }) => source === 'AUTOMATED_SIGNATURE');
  if (automated.length === 0) return hidden;
  const acting = await suppressionStore(tx).acting(automated.map(({ detectorId }) => detectorId));
  for (const sighting of automated) {
    const first = acting.find((suppression) => {
      const filter = filterOf(suppression.filter);
      return filter !== null && hides(suppression, filter, sighting, attributes, tx.now);
    });
    if (first !== undefined) hidden.set(sighting.fingerprint, first.id);
  }
  return hidden;
}
