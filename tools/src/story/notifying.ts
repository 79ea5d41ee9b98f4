import { randomUUID } from 'node:crypto';
import { eventually, must, mustBeRefused } from './actors.ts';
import { onClassification, run } from './commands.ts';
import { obligationsOf, untilCin } from './owed.ts';
import { affected, onEvidence, type Story } from './story.ts';

/* The notices: drafted, approved, authorised, sent. */

export async function draft(story: Story): Promise<void> {
  const communications = story.actors.as('COMMUNICATIONS');
  for (const tenant of affected) {
    const fields = {
      nature: `Somebody without permission may have read your data (${story.mark}).`,
      dataCategories: 'Names and e-mail addresses',
      consequences: 'Unwanted messages that pretend to come from you.',
      measures: 'The account is closed and its keys are replaced.',
      contactPoint: 'privacy@provider.example',
      recommendedActions: [`Replace the keys of ${tenant.name}'s storage accounts.`],
    };
    const { notice } = await eventually('the draft is accepted', () =>
      run<{ notice: { id: string } }>(
        communications,
        'draftNotice',
        { idempotencyKey: randomUUID(), incidentId: story.incidentId, tenantId: tenant.id, phase: 'INITIAL', fields },
        'notice { id state sha256 }',
      ),
    );
    story.noticeIds.push(notice.id);
  }
}

export async function approve(story: Story): Promise<void> {
  const legal = story.actors.as('LEGAL');
  for (const noticeId of story.noticeIds) {
    const order = { idempotencyKey: randomUUID(), noticeId, expectedVersion: 1, reason: 'Accurate and complete.' };
    await run(legal, 'approveNotice', order, 'notice { state }');
  }
  const [noticeId] = story.noticeIds;
  const tooEarly = { idempotencyKey: randomUUID(), noticeId, expectedVersion: 2 };
  await mustBeRefused(
    'EXECUTION_NOT_AUTHORIZED',
    run(story.actors.as('COMMUNICATIONS'), 'sendNotice', tooEarly, 'notice { state }'),
  );
}

export async function send(story: Story): Promise<void> {
  const manager = story.actors.as('INCIDENT_MANAGER');
  const beyondDoubt = onEvidence(story, 'The access log leaves no doubt.');
  await onClassification(manager, story.incidentId, 'authorizeExecution', beyondDoubt, 'executionAuthorizedAt');
  await untilCin(story, 'EXECUTING');
  for (const noticeId of story.noticeIds) {
    const order = { idempotencyKey: randomUUID(), noticeId, expectedVersion: 2 };
    const communications = story.actors.as('COMMUNICATIONS');
    const first = await run(communications, 'sendNotice', order, 'notice { id state sentAt }');
    const again = await run(communications, 'sendNotice', order, 'notice { id state sentAt }');
    must(JSON.stringify(first) === JSON.stringify(again), 'sending with the same key again has the same answer');
  }
  await untilCin(story, 'FULFILLED');
  must(
    (await obligationsOf(story)).every(({ clock }) => clock === 'MET'),
    'both obligations are MET',
  );
}
