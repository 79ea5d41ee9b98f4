import { can } from '@tocsin/access';
import type { Transaction } from '@tocsin/database';
import { rolesIn } from './domain/incident.ts';
import type { PostMortem, Summary } from './domain/post-mortem.ts';
import { incidentStore } from './store/incident-store.ts';
import { postMortemStore } from './store/post-mortem-store.ts';

/** What the principal may see of an incident's post-mortem. */
export interface VisiblePostMortem {
  /** The incident's. */
  readonly id: string;
  /** For its reviewers only. */
  readonly whole: PostMortem | null;
  /** For every member, once it is approved. */
  readonly summary: Summary | null;
}

/** Incidents without a post-mortem are left out. */
export async function listPostMortems(tx: Transaction, incidentIds: readonly string[]): Promise<VisiblePostMortem[]> {
  const incidents = await incidentStore(tx).list(incidentIds);
  const found = await postMortemStore(tx).listByIncident(incidents.map(({ id }) => id));
  const byIncident = new Map(found.map((postMortem) => [postMortem.incidentId, postMortem]));
  return incidents.flatMap((incident) => {
    const postMortem = byIncident.get(incident.id);
    if (postMortem === undefined) return [];
    const relation = { memberAs: rolesIn(incident, tx.by.id, tx.now) };
    const { summary } = postMortem;
    const isCitable = summary?.approvedBy != null && can(tx.by, 'read:postMortemSummary', relation);
    return {
      id: incident.id,
      whole: can(tx.by, 'read:postMortem', relation) ? postMortem : null,
      summary: isCitable ? summary : null,
    };
  });
}
