import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGraphqlClient, type GraphqlClient } from '@tocsin/tools';
import { createDetector } from './detector.ts';
import { readingOf, type Reading } from './reading.ts';
import type { Rig } from './rig.ts';

const warmUp = 5;
const promotions = 60;
const lookEveryMs = 10;
const giveUpMs = 30_000;

/** From sending `promoteDetection` until the gateway answers with the incident: command, relay, Kafka, consumer, query. */
export async function measurePromotion(rig: Rig): Promise<readonly Reading[]> {
  const platform = await rig.platform();
  const detector = createDetector(platform);
  const client = createGraphqlClient({ url: platform.graphqlUrl, token: platform.tokens['RESPONDER'] ?? '' });
  const commands: number[] = [];
  const visible: number[] = [];
  const looks: number[] = [];
  for (let n = 0; n < warmUp + promotions; n += 1) {
    const detectionId = await detector.report();
    const from = performance.now();
    await promote(client, detectionId);
    const answeredAt = performance.now();
    await untilVisible(client, detectionId, looks);
    if (n < warmUp) continue;
    commands.push(answeredAt - from);
    visible.push(performance.now() - from);
  }
  return [
    readingOf('Promote: request to visible', 'ms', visible, { of: 'p99', bound: 'at most', value: 500 }),
    readingOf('Promote: the command alone', 'ms', commands),
    readingOf('Promote: one look through the gateway', 'ms', looks),
  ];
}

const promote = (client: GraphqlClient, detectionId: string): Promise<unknown> =>
  client.request(
    'mutation Promote($input: PromoteDetectionInput!) { promoteDetection(input: $input) { detection { id } } }',
    { input: { idempotencyKey: randomUUID(), detectionId, expectedVersion: 1, reason: 'It is measured.' } },
  );

interface Newest {
  readonly incidents: {
    readonly edges: readonly { readonly node: { readonly detections: readonly { readonly id: string }[] } }[];
  };
}

async function untilVisible(client: GraphqlClient, detectionId: string, looks: number[]): Promise<void> {
  const until = performance.now() + giveUpMs;
  while (performance.now() < until) {
    const from = performance.now();
    const { incidents } = await client.request<Newest>(
      '{ incidents(first: 1) { edges { node { id detections { id } } } } }',
    );
    looks.push(performance.now() - from);
    if (incidents.edges.some(({ node }) => node.detections.some(({ id }) => id === detectionId))) return;
    await sleep(lookEveryMs);
  }
  throw new Error(`The incident of detection ${detectionId} did not become visible.`);
}
