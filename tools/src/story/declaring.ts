import { eventually, must } from './actors.ts';
import { onClassification } from './commands.ts';
import { obligationsOf, untilCin } from './owed.ts';
import { affected, onEvidence, type Story } from './story.ts';

/* What is suspected, and what is declared. */

export async function suspect(story: Story): Promise<void> {
  const manager = story.actors.as('INCIDENT_MANAGER');
  const reason = onEvidence(story, 'The stolen account may read customer storage.');
  await onClassification(manager, story.incidentId, 'recordSuspicion', reason, 'suspected');
  for (const { id: tenantId } of affected) {
    const scope = {
      tenantId,
      subscriptionIds: [],
      status: 'LIKELY',
      dataCategories: ['contact data'],
      flowLogRefs: [`flow/${story.mark}`],
    };
    await onClassification(manager, story.incidentId, 'setScope', { ...scope, ...reason }, 'version');
  }
  await untilCin(story, 'PREPARING');
}

export async function declare(story: Story): Promise<void> {
  const manager = story.actors.as('INCIDENT_MANAGER');
  const level = {
    level: 'INCIDENT',
    domains: ['SECURITY', 'PRIVACY'],
    ...onEvidence(story, 'Customer records were readable.'),
  };
  await onClassification(manager, story.incidentId, 'classify', level, 'labelB');
  const order = { basis: ['ACCESS_LIKELY'], legalAdviserId: 'user:leo', ...onEvidence(story, 'Access is likely.') };
  const { classification } = await onClassification<{ labelA: string; labelB: string; declaredAt: string }>(
    manager,
    story.incidentId,
    'declareCrspi',
    order,
    'labelA labelB declaredAt',
  );
  must(classification.labelA === 'Privacy Incident/CRSPI', 'label A names a Privacy Incident/CRSPI');
  must(classification.labelB === 'Privacy Breach + CRSPI', 'label B names a Privacy Breach and CRSPI');
  const due = new Date(Date.parse(classification.declaredAt) + 72 * 3_600_000).toISOString();
  await eventually('both clocks run', async () => {
    const obligations = await obligationsOf(story);
    const running = obligations.filter(({ clock, dueAt }) => clock === 'RUNNING' && dueAt === due);
    return running.length === affected.length && obligations.length === affected.length ? true : undefined;
  });
}
