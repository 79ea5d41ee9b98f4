import { randomUUID } from 'node:crypto';
import { eventually, must, mustBeRefused } from './actors.ts';
import { run } from './commands.ts';
import { readMailboxes } from './mailboxes.ts';
import { affected, aldermoor, eastvale, unaffected, type Story } from './story.ts';

/* Who was told, who was not, and where it is written. */

interface Delivery {
  readonly channel: string;
  readonly state: string;
  readonly role: string | null;
  readonly fallback: boolean;
  readonly messageId: string | null;
}

/** The first tenant has a security contact; the second has none, so that its administrators and owners are told. */
const expectedMails = [
  [{ to: `security@${aldermoor.slug}.example`, role: 'SECURITY_CONTACT', fallback: false }],
  [
    { to: `admin@${eastvale.slug}.example`, role: 'SUBSCRIPTION_ADMIN', fallback: true },
    { to: `owner@${eastvale.slug}.example`, role: 'SUBSCRIPTION_OWNER', fallback: true },
  ],
];

export async function checkMail(story: Story): Promise<void> {
  for (const [index, noticeId] of story.noticeIds.entries()) {
    const expected = expectedMails[index] ?? [];
    const mails = await eventually('every mail is accepted', async () => {
      const { notice } = await story.actors
        .as('COMMUNICATIONS')
        .request<{ notice: { deliveries: Delivery[] } }>(
          'query Ledger($id: ID!) { notice(id: $id) { deliveries { channel state role fallback messageId } } }',
          { id: noticeId },
        );
      const planned = notice.deliveries.filter(({ channel }) => channel === 'EMAIL');
      return planned.every(({ state }) => state === 'ACCEPTED') ? planned : undefined;
    });
    must(
      mails.length === expected.length,
      `notice ${String(index + 1)} has ${String(expected.length)} mails in the ledger`,
    );
    for (const { role, fallback } of expected) {
      must(
        mails.some((mail) => mail.role === role && mail.fallback === fallback),
        `the ledger names ${role}`,
      );
    }
    await checkMailboxes(
      story,
      mails,
      expected.map(({ to }) => to),
    );
  }
}

async function checkMailboxes(
  { stage, mark }: Story,
  mails: readonly Delivery[],
  addresses: readonly string[],
): Promise<void> {
  if (stage.mailPageUrl === undefined) return;
  const received = await readMailboxes(stage.mailPageUrl);
  const ours = received.filter(({ messageId }) => mails.some((mail) => mail.messageId === messageId));
  const to = ours.flatMap((mail) => mail.to).sort();
  must(
    JSON.stringify(to) === JSON.stringify([...addresses].sort()),
    `one mail each arrived for ${addresses.join(', ')} (${mark})`,
  );
}

export async function checkFeeds(story: Story): Promise<void> {
  for (const tenant of affected) {
    must((await advisoriesOf(story, tenant.slug)).length === 1, `${tenant.name} reads one advisory`);
  }
  must((await advisoriesOf(story, unaffected.slug)).length === 0, `${unaffected.name} reads none`);
  const reader = story.actors.as(`CUSTOMER_READER@${unaffected.slug}`);
  await mustBeRefused(
    'FORBIDDEN',
    run(
      reader,
      'sendNotice',
      { idempotencyKey: randomUUID(), noticeId: story.noticeIds[0], expectedVersion: 3 },
      '__typename',
    ),
  );
  if (story.stage.mailPageUrl === undefined) return;
  const mails = await readMailboxes(story.stage.mailPageUrl);
  must(
    !mails.some(({ to }) => to.some((address) => address.endsWith(`@${unaffected.slug}.example`))),
    `${unaffected.name} has no mail`,
  );
}

async function advisoriesOf({ actors, mark }: Story, slug: string): Promise<readonly string[]> {
  const { advisories } = await actors
    .as(`CUSTOMER_ADMIN@${slug}`)
    .request<{ advisories: { edges: { node: { body: string } }[] } }>(
      '{ advisories(first: 100) { edges { node { body } } } }',
    );
  return advisories.edges.map(({ node }) => node.body).filter((body) => body.includes(mark));
}

export async function checkWhole(story: Story): Promise<void> {
  const { incident } = await story.actors
    .as('INCIDENT_MANAGER')
    .request<{ incident: Record<string, unknown> | null }>(wholeIncident, {
      id: story.incidentId,
    });
  must(incident !== null, 'the incident manager sees the incident');
  const { detections, classification, customerNotification } = incident as {
    detections: { detector: unknown }[];
    classification: { crspi: string } | null;
    customerNotification: { state: string } | null;
  };
  must(classification?.crspi === 'DECLARED', 'classification answers');
  must(customerNotification?.state === 'FULFILLED', 'notification answers');
  must(detections.length === 1, 'detection answers');
}

/** The README's query: an incident with the fields of all four services. */
export const wholeIncident = `query WholeIncident($id: ID!) {
  incident(id: $id) {
    number
    stage
    detections { level signalCount firstSeenAt }
    classification { crspi labelA labelB assessment { severity priority } scopes { status tenant { name } } }
    customerNotification {
      state
      obligations { ruleId clock dueAt tenant { name } }
      notices { state deliveries { channel state role fallback } }
    }
  }
}`;
