import type { Transaction } from '@tocsin/database';
import { piece, rowsOf, type Fragment } from './fragment.ts';

/** One form for what is written and what is looked for; PostgreSQL's own lower() depends on the database's locale. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll('\0', ' ');

/** The incidents whose number, titles or timeline fit the query; it takes any text, and none is an error. */
export const searchable = (query: string): Fragment =>
  piece`select s.incident_id from searchable_incident s
    where s.document @@ websearch_to_tsquery('simple', ${folded(query)})`;

/** Whether one incident fits the query, looked up by its id: `offset 0` keeps the index of words out of it. */
export const isFound = (incidentId: Fragment, query: string): Fragment =>
  piece`exists (select from searchable_incident s
    where s.incident_id = ${incidentId} and s.document @@ websearch_to_tsquery('simple', ${folded(query)}) offset 0)`;

/** Whether the query fits more incidents than `most`, whoever sees them. */
export async function isCommon(tx: Transaction, query: string, most: number): Promise<boolean> {
  const [row] = await rowsOf<{ is: boolean }>(
    tx,
    piece`/* incident_search.is_common */
      select count(*) > ${most}::integer as is from (${searchable(query)} limit ${most + 1}::integer) as found`,
  );
  return row?.is ?? false;
}

/** Lets the incident be found by these words too. */
export async function addWords(tx: Transaction, incidentId: string, text: string): Promise<void> {
  await rowsOf(tx, piece`/* incident_search.add */ select add_words(${incidentId}::uuid, ${folded(text)})`);
}
