import type { LogSourceFacts, SigmaEvent } from './event.ts';

/** What a rule asks of an event's source: each part is absent or must be met. */
export interface LogSource {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
}

/** The log sources some view provides. A rule for any other would never match, so it is refused. */
export const knownTaxonomy = {
  product: ['windows'],
  category: ['process_creation'],
  service: ['sysmon', 'security', 'system', 'application', 'powershell', 'windefend'],
} as const satisfies Record<keyof LogSource, readonly string[]>;

export function isFrom(source: LogSource, { logSource }: SigmaEvent): boolean {
  return (
    (source.product === undefined || source.product === logSource.product) &&
    (source.service === undefined || source.service === logSource.service) &&
    (source.category === undefined || logSource.categories.includes(source.category))
  );
}

/** An event that no view knows: no rule is asked about it. */
export const unknownSource: LogSourceFacts = { categories: [] };
