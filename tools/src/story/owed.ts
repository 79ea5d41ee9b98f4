import { eventually } from './actors.ts';
import type { Story } from './story.ts';

/* How far the notification of the customers is. */

/** Waits until the notification is in this state. */
export const untilCin = (story: Story, wanted: string): Promise<true> =>
  eventually(`notification is ${wanted}`, async () => {
    const { incident } = await story.actors
      .as('PARTNER')
      .request<{ incident: { customerNotification: { state: string } | null } | null }>(
        'query Cin($id: ID!) { incident(id: $id) { customerNotification { state } } }',
        { id: story.incidentId },
      );
    return incident?.customerNotification?.state === wanted ? true : undefined;
  });

interface Obligation {
  readonly clock: string;
  readonly dueAt: string;
  readonly tenant: { readonly id: string };
}

/** What is owed to the tenants. */
export async function obligationsOf({ actors, incidentId }: Story): Promise<readonly Obligation[]> {
  const { incident } = await actors.as('INCIDENT_MANAGER').request<{
    incident: { customerNotification: { obligations: Obligation[] } | null } | null;
  }>('query Owed($id: ID!) { incident(id: $id) { customerNotification { obligations { clock dueAt tenant { id } } } } }', {
    id: incidentId,
  });
  return incident?.customerNotification?.obligations ?? [];
}
