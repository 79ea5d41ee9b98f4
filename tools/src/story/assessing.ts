import { must } from './actors.ts';
import { onClassification, onIncident } from './commands.ts';
import { onEvidence, type Story } from './story.ts';

/* The responder's part, up to those whom the incident manager joins. */

export async function assess(story: Story): Promise<void> {
  const { incidentId, actors } = story;
  const responder = actors.as('RESPONDER');
  const impacts = {
    functional: 'LOW',
    information: ['PRIVACY_BREACH'],
    recoverability: 'SUPPLEMENTED',
    customerDataRisk: 'IMMINENT',
  };
  const { classification } = await onClassification<{ assessment: { severity: string; priority: string } }>(
    responder,
    incidentId,
    'assess',
    { ...impacts, ...onEvidence(story, 'Credentials of a shared host were read.') },
    'assessment { severity priority }',
  );
  must(classification.assessment.severity === 'HIGH', 'an imminent risk to customer data is HIGH');
}

export async function escalate(story: Story): Promise<void> {
  const responder = story.actors.as('RESPONDER');
  const decision = { responsibility: 'PROVIDER', ...onEvidence(story, 'The host is ours.') };
  await onIncident(responder, story.incidentId, 'decideResponsibility', decision);
  await onIncident(responder, story.incidentId, 'advanceStage', {
    to: 'DIAGNOSE',
    ...onEvidence(story, 'It needs experts.'),
  });
}

export async function gather(story: Story): Promise<void> {
  const manager = story.actors.as('INCIDENT_MANAGER');
  const joined = [
    ['SERVICE_ENGINEER', 'user:eng'],
    ['LEGAL', 'user:leo'],
    ['COMMUNICATIONS', 'user:com'],
  ];
  for (const [role, principalId] of joined) {
    await onIncident(manager, story.incidentId, 'assign', { role, principalId, reason: 'Needed for this incident.' });
  }
}
