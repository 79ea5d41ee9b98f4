import { connect, type projection } from '@tocsin/database';
import { serviceNames, type ServiceName } from '@tocsin/contracts';
import { createLogger } from '@tocsin/runtime';
import { readRebuildConfig } from './config.ts';
import { rebuildProjection, type Facts } from './rebuild.ts';

/**
 * The program behind `npx tocsin projection rebuild`: rebuilds a service's copies of foreign facts and writes what it
 * found to standard output, as one line of JSON. Settings come from the environment.
 *
 * @throws ConfigError, and what `rebuildProjection` throws
 */
export async function runRebuild<S extends ServiceName>(
  part: { readonly service: S; readonly facts: Facts<S>; readonly tables: readonly projection.Table[] },
  { dryRun }: { readonly dryRun: boolean },
): Promise<void> {
  const { service, facts, tables } = part;
  const config = readRebuildConfig();
  const log = createLogger(`${service}-rebuild`, config.TOCSIN_LOG_LEVEL);
  const db = connect({ url: config.DATABASE_URL, service, tables, log, poolSize: 1 });
  const logs = serviceNames.flatMap((owner) => {
    const url = config.TOCSIN_LOG_DATABASE_URLS[owner];
    return url === undefined ? [] : [connect({ url, service: owner, tables: [], log, poolSize: 1 })];
  });
  const all = [db, ...logs];
  try {
    for (const one of all) await one.start();
    const sources = Object.fromEntries(logs.map((one) => [one.service, one]));
    const options = { db, service, facts, sources, eventKeys: config.TOCSIN_EVENT_JWKS, log, dryRun };
    process.stdout.write(`${JSON.stringify(await rebuildProjection(options))}\n`);
  } finally {
    for (const one of all) await one.stop();
  }
}
