import { contextHeader, importSigningKey, signContext, type Principal, type SigningKey } from '@tocsin/access';
import { loadKeys, type Say } from '@tocsin/tools';
import { createFiller, type Filler } from './incidents-data.ts';
import { commands, managing, readers, reads, type Ask, type Known, type Question } from './incidents-questions.ts';
import { measurePromotion } from './promote.ts';
import { readingOf, type Reading } from './reading.ts';
import type { Rig } from './rig.ts';

const sizes = [10_000, 160_000, 1_000_000] as const;
/** At this size, 95 of 100 answers must come in this time. */
const targetSize = 160_000;
const target = { of: 'p95', bound: 'at most', value: 100 } as const;
const warmUp = 10;
const requests = 200;

/** The incident subgraph over few, many and very many incidents, asked as the gateway asks it. */
export async function measureIncidents(rig: Rig): Promise<readonly Reading[]> {
  await rig.platform();
  const { context } = await loadKeys(await rig.state());
  const key = await importSigningKey(context);
  const url = `http://127.0.0.1:${String((await rig.ports()).incident)}/graphql`;
  const filler = await createFiller((await rig.world()).adminUrl);
  const readings: Reading[] = [];
  try {
    for (const size of sizes) {
      const from = performance.now();
      await filler.fillTo(size);
      rig.say(
        `  ${size.toLocaleString('en')} incidents after ${String(Math.round((performance.now() - from) / 1_000))} s`,
      );
      readings.push(...(await measureAt(size, { url, key, filler, say: rig.say })));
      readings.push(...(await measurePromotion(rig)).map((reading) => named(size, reading)));
    }
  } finally {
    await filler.stop();
  }
  return readings;
}

interface Subgraph {
  readonly url: string;
  readonly key: SigningKey;
  readonly filler: Filler;
  readonly say: Say;
}

async function measureAt(size: number, subgraph: Subgraph): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const [who, by] of Object.entries(readers)) {
    const known = await knownTo(subgraph.filler, by);
    const questions = {
      ...reads,
      ...(!by.roles.includes('PARTNER') && commands),
      ...(by.roles.includes('INCIDENT_MANAGER') && managing),
    };
    for (const [kind, ask] of Object.entries(questions)) {
      const samples = await measureOne(subgraph, by, ask, known);
      const asked = size === targetSize ? target : undefined;
      const reading = named(size, readingOf(`${kind}, ${who}`, 'ms', samples, asked));
      subgraph.say(`  ${reading.what}: p95 ${(reading.p95 ?? NaN).toFixed(0)} ms`);
      readings.push(reading);
    }
  }
  return readings;
}

const named = (size: number, reading: Reading): Reading => ({
  ...reading,
  what: `${size.toLocaleString('en')}: ${reading.what}`,
});

async function measureOne(subgraph: Subgraph, by: Principal, ask: Ask, known: readonly Known[]): Promise<number[]> {
  const samples: number[] = [];
  for (let n = 0; n < warmUp + requests; n += 1) {
    const question = ask(n, known);
    const from = performance.now();
    await answered(subgraph, by, question);
    if (n >= warmUp) samples.push(performance.now() - from);
  }
  return samples;
}

/** Any of the incidents that the reader sees: the same for the same data. */
const knownTo = (filler: Filler, by: Principal): Promise<Known[]> =>
  filler.ask<Known>(
    `select l.incident_id as id, l.number, l.detected_at as "detectedAt", i.version, i.status
     from incident_listing l join incident i on i.id = l.incident_id
     where l.principal_id = $1 order by l.incident_id limit 500`,
    [by.roles.includes('PARTNER') ? '' : by.id],
  );

/** @throws Error for any answer but data: a refusal is not what is measured. */
export async function answered(
  { url, key }: Pick<Subgraph, 'url' | 'key'>,
  by: Principal,
  question: Question,
): Promise<void> {
  const body = JSON.stringify(question);
  const signed = await signContext(by, { audience: 'incident', body }, key);
  const headers = { 'content-type': 'application/json', [contextHeader]: signed };
  const response = await fetch(url, { method: 'POST', headers, body });
  const { errors } = (await response.json()) as { readonly errors?: unknown };
  if (errors !== undefined) throw new Error(`${question.query}: ${JSON.stringify(errors)}`);
}
