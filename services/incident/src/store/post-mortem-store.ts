import { In } from 'typeorm';
import { tableStore, type Store, type Transaction } from '@tocsin/database';
import type { PostMortem } from '../domain/post-mortem.ts';
import { firstOfTwo } from './first-of-two.ts';
import { postMortemTable } from './post-mortem-table.ts';

interface PostMortemStore extends Store<PostMortem> {
  findByIncident(incidentId: string): Promise<PostMortem | null>;
  listByIncident(incidentIds: readonly string[]): Promise<PostMortem[]>;
}

const rowsOf = tableStore('postMortem', postMortemTable);

/** Post-mortems, one for each incident. */
export function postMortemStore(tx: Transaction): PostMortemStore {
  const rows = tx.manager.getRepository(postMortemTable);
  const store = rowsOf(tx);
  return {
    ...store,
    save: (postMortem) => store.save(postMortem).catch(firstOfTwo('post_mortem_incident_key')),
    findByIncident: (incidentId) => rows.findOneBy({ incidentId }),
    listByIncident: (incidentIds) => rows.findBy({ incidentId: In([...incidentIds]) }),
  };
}
