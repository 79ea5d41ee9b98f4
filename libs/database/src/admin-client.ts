import { Client, escapeIdentifier } from 'pg';
import type { ServiceName } from '@tocsin/contracts';

/** The roles of one service (`security.md` section 2), ready to be put into SQL. */
export const rolesOf = (service: ServiceName): { owner: string; app: string; audit: string; schema: string } => ({
  owner: escapeIdentifier(`${service}_owner`),
  app: escapeIdentifier(`${service}_app`),
  audit: escapeIdentifier(`${service}_audit`),
  schema: escapeIdentifier(service),
});

/** Work on one connection that holds an advisory lock, so that processes that start together take turns. */
export async function withLock(
  url: string,
  lock: string,
  work: (client: Client) => Promise<void>,
  options?: string,
): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, ...(options && { options }) });
  // Without a listener a lost connection would end the process; the query in flight is rejected anyway.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtextextended($1, 0))`, [lock]);
    await work(client);
  } finally {
    await client.end();
  }
}
