import { randomUUID } from 'node:crypto';
import { eventually, must } from './actors.ts';
import { run } from './commands.ts';
import { reportEvent } from './recorded-event.ts';
import type { Story } from './story.ts';

/* From the detector's event to the incident. */

export async function detect(story: Story): Promise<void> {
  const [result] = await reportEvent(story.stage, story.actors.traceparent, story.mark);
  must(result?.status === 'MATCHED', `the event matches a rule (it is ${String(result?.status)})`);
  story.detectionId = result?.detectionIds[0] ?? '';
  must(story.detectionId !== '', 'the event raised a detection');
}

export async function repeatEvent(story: Story): Promise<void> {
  const [result] = await reportEvent(story.stage, story.actors.traceparent, story.mark);
  must(result?.status === 'DUPLICATE', `the repeat is known (it is ${String(result?.status)})`);
  must(result?.detectionIds[0] === story.detectionId, 'the repeat has the same answer');
}

export async function promote(story: Story): Promise<void> {
  const responder = story.actors.as('RESPONDER');
  const order = {
    idempotencyKey: randomUUID(),
    detectionId: story.detectionId,
    expectedVersion: 1,
    reason: 'Credentials may be stolen.',
  };
  await run(responder, 'promoteDetection', order, 'detection { id }');
  story.incidentId = await eventually('the incident opens', async () => {
    const { incidents } = await responder.request<{
      incidents: { edges: { node: { id: string; detections: { id: string }[] } }[] };
    }>('{ incidents(first: 5) { edges { node { id detections { id } } } } }');
    return incidents.edges.find(({ node }) => node.detections.some(({ id }) => id === story.detectionId))?.node.id;
  });
}
