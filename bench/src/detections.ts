import { randomUUID } from 'node:crypto';
import { importSigningKey } from '@tocsin/access';
import { loadKeys } from '@tocsin/tools';
import { createFiller } from './incidents-data.ts';
import { readers } from './incidents-questions.ts';
import { answered } from './incidents.ts';
import { readingOf, type Reading } from './reading.ts';
import type { Rig } from './rig.ts';

const counts = [1, 1_000] as const;
const warmUp = 10;
const requests = 200;

const rename = `mutation($input: RenameIncidentInput!) { renameIncident(input: $input) { incident { version } } }`;

/** One command on an incident of one detection and on one of a thousand, in turn: it must not cost more. */
export async function measureDetections(rig: Rig): Promise<readonly Reading[]> {
  await rig.platform();
  const { context } = await loadKeys(await rig.state());
  const key = await importSigningKey(context);
  const url = `http://127.0.0.1:${String((await rig.ports()).incident)}/graphql`;
  const filler = await createFiller((await rig.world()).adminUrl);
  const by = readers['manager of all'];
  if (by === undefined) throw new Error('There is no such reader.');
  try {
    await filler.fillTo(1_000);
    const known = await filler.ask<{ id: string; version: number }>(
      `select id, version from incident where status = 'OPEN' order by number desc limit ${String(counts.length)}`,
    );
    const incidents = known.map((incident, n) => ({ ...incident, count: counts[n] ?? 1, samples: [] as number[] }));
    for (const { id, count } of incidents)
      await filler.ask(
        `insert into incident_detection (detection_id, incident_id) select gen_random_uuid(), $1
         from generate_series(1 + (select count(*) from incident_detection where incident_id = $1), $2::int)`,
        [id, count],
      );
    for (let n = 0; n < warmUp + requests; n += 1)
      for (const { id: incidentId, version, samples } of incidents) {
        const input = {
          idempotencyKey: randomUUID(),
          incidentId,
          expectedVersion: version + n,
          title: `Title ${String(n)}`,
        };
        const from = performance.now();
        await answered({ url, key }, by, { query: rename, variables: { input } });
        if (n >= warmUp) samples.push(performance.now() - from);
      }
    return incidents.map(({ count, samples }) =>
      readingOf(`Command on an incident of ${count.toLocaleString('en')} detections`, 'ms', samples),
    );
  } finally {
    await filler.stop();
  }
}
