import type { Transaction } from '@tocsin/database';
import { piece, rowsOf, type Fragment } from './fragment.ts';

/** One form for what is written and what is looked for; PostgreSQL's own lower() depends on the database's locale. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll('\0', ' ');

/** The incidents whose number, titles or timeline fit the query; it takes any text, and none is an error. */
export const searchable = (query: string): Fragment =>
  piece`select s.incident_id from searchable_incident s
    where s.document @@ websearch_to_tsquery('simple', ${folded(query)})`;

/** Lets the incident be found by these words too. */
export async function addWords(tx: Transaction, incidentId: string, text: string): Promise<void> {
  await rowsOf(tx, piece`/* incident_search.add */ select add_words(${incidentId}::uuid, ${folded(text)})`);
}
