import type { Transaction } from '@tocsin/database';
import type { Attributes } from '../domain/signal.ts';

/** A stored signal that a detector matched. */
export interface MatchedSignal {
  readonly attributes: Attributes;
  /** Its detection was promoted, and the incident, as far as it is known, is no false positive. */
  readonly isTruePositive: boolean;
}

/** The stored signals that the detector matched and that were observed since then, in batches; only within the transaction. */
export async function* matchedSignals(
  tx: Transaction,
  detectorId: string,
  since: Date,
  batch = 1_000,
): AsyncGenerator<readonly MatchedSignal[]> {
  await tx.manager.sql`/* signal.matched */ declare matched no scroll cursor for
    select s.attributes, d.state = 'PROMOTED' and not exists (
      select 1 from known_attachment a join known_level l on l.incident_id = a.incident_id
      where a.detection_id = d.id and l.level = 'FALSE_POSITIVE') as "isTruePositive"
    from detection d join signal s on s.detection_ids @> array[d.id]
    where d.detector_id = ${detectorId} and d.last_seen_at >= ${since} and s.observed_at >= ${since}`;
  for (let more = true; more;) {
    const rows = await tx.manager.query<MatchedSignal[]>(
      `/* signal.matched_next */ fetch forward ${batch} from matched`,
    );
    more = rows.length === batch;
    yield rows;
  }
  await tx.manager.sql`/* signal.matched_end */ close matched`;
}
