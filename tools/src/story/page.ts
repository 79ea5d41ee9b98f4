import { randomUUID } from 'node:crypto';
import { eventually, must, type Actors } from './actors.ts';
import { run } from './commands.ts';

interface Page {
  readonly id: string;
  readonly messages: readonly { readonly state: string; readonly principalId: string }[];
}

/** The responder on call is paged because an incident opened, and acknowledges, so that nobody else is. */
export async function answerPage(actors: Actors, incidentId: string): Promise<void> {
  const responder = actors.as('RESPONDER');
  const page = await eventually('the responder on call is paged', async () => {
    const { incident } = await responder.request<{ incident: { pages: Page[] } | null }>(
      'query Pages($id: ID!) { incident(id: $id) { pages { id messages { state principalId } } } }',
      { id: incidentId },
    );
    const [called] = incident?.pages ?? [];
    // Once it is under way it arrives, also if somebody acknowledges meanwhile.
    return called?.messages.some(({ state }) => state !== 'PLANNED') === true ? called : undefined;
  });
  must(
    page.messages.every(({ principalId }) => principalId === 'user:rea'),
    'nobody but the responder on call is paged at first',
  );
  const input = { idempotencyKey: randomUUID(), pageId: page.id };
  const answer = await run<{ page: { state: string } }>(responder, 'acknowledgePage', input, 'page { state }');
  must(answer.page.state === 'ACKNOWLEDGED', 'the page is acknowledged');
}
