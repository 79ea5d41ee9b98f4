import { In } from 'typeorm';
import type { Transaction } from '@tocsin/database';
import { nothingKnown, type KnownFacts } from '../domain/known-facts.ts';
import { refreshListing } from './incident-store.ts';
import { knownIncidentFactTable } from './known-incident-fact-table.ts';

/** What we have heard about incidents; nothing heard is `nothingKnown`. */
export function knownIncidentFactStore(tx: Transaction) {
  const rows = tx.manager.getRepository(knownIncidentFactTable);
  const list = async (incidentIds: readonly string[]): Promise<ReadonlyMap<string, KnownFacts>> => {
    const found = await rows.findBy({ incidentId: In([...incidentIds]) });
    return new Map(found.map(({ incidentId, ...facts }) => [incidentId, facts]));
  };
  const get = async (incidentId: string): Promise<KnownFacts> =>
    (await list([incidentId])).get(incidentId) ?? nothingKnown;
  return {
    list,
    get,
    /** Whether any open incident is worked on round the clock; an exercise puts nobody's data at risk. */
    isAnyRoundTheClock: async (): Promise<boolean> => {
      const [row] = await tx.manager.sql<{ any: boolean }[]>`/* known_incident_fact.is_any_round_the_clock */
        select exists (
          select 1 from known_incident_fact k join incident i on i.id = k.incident_id
          where k.round_the_clock and i.status = 'OPEN' and i.exercise_id is null) as any`;
      return row?.any ?? false;
    },
    /** Adds what one event told. Topics are heard at the same time, so only that column is touched. */
    learn: async (incidentId: string, heard: Partial<KnownFacts>): Promise<void> => {
      await rows
        .createQueryBuilder()
        .insert()
        .values({ ...nothingKnown, incidentId })
        .orIgnore()
        .execute();
      await rows.update({ incidentId }, heard);
      await refreshListing(tx, incidentId);
    },
  };
}
