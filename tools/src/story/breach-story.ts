import { createHash, randomUUID } from 'node:crypto';
import { demoTenants } from '../demo-tenants.ts';
import { createActors, eventually, must, mustBeRefused, type Actors, type Stage } from './actors.ts';
import { onClassification, onIncident, run } from './commands.ts';
import { audit } from './auditing.ts';
import { contain, learn } from './ending.ts';
import { readMailboxes } from './mailboxes.ts';
import { answerPage } from './page.ts';
import { reportEvent } from './recorded-event.ts';
import { watchIncidents, type Watch } from './watch.ts';

/** Tells one step with the time it took, or the failure. */
export type Tell = (step: string, milliseconds: number) => void | Promise<void>;

interface Story {
  readonly stage: Stage;
  readonly actors: Actors;
  readonly watch: Watch;
  /** Names this run in texts, so that its mails and advisories are told from earlier ones. */
  readonly mark: string;
  detectionId: string;
  incidentId: string;
  evidenceId: string;
  noticeIds: string[];
}

const [aldermoor, , , dunmere, eastvale] = demoTenants;
/** Eastvale has no security contact: its administrators are told instead. */
const affected = [aldermoor, eastvale];
const unaffected = dunmere;

interface Step {
  readonly title: string;
  readonly play: (story: Story) => Promise<void>;
}

/** Plays one breach through the public API, from a detector's event to the customers' notice. Returns the trace's id. */
export async function playBreach(
  stage: Stage,
  tell: Tell,
): Promise<{ readonly traceId: string; readonly incidentId: string }> {
  const actors = createActors(stage);
  const watch = await watchIncidents(stage);
  const story: Story = {
    stage,
    actors,
    watch,
    mark: randomUUID().slice(0, 8),
    detectionId: '',
    incidentId: '',
    evidenceId: '',
    noticeIds: [],
  };
  try {
    for (const { title, play } of steps) {
      const from = performance.now();
      await play(story).catch((cause: unknown) => Promise.reject(new Error(`${title}: ${String(cause)}`, { cause })));
      await tell(title, performance.now() - from);
    }
  } finally {
    await watch.stop();
  }
  return { traceId: actors.traceparent.split('-')[1] ?? '', incidentId: story.incidentId };
}

const steps: readonly Step[] = [
  { title: 'a detector reports a process-creation event; a rule matches and raises a detection', play: detect },
  { title: 'the same event again changes nothing', play: repeatEvent },
  { title: 'a responder promotes the detection; an incident opens', play: promote },
  { title: 'the on-call responder answers the page, records evidence and assesses: severity HIGH', play: assess },
  { title: 'the provider is responsible; the incident is escalated to DIAGNOSE', play: escalate },
  { title: 'the incident manager joins engineer, legal adviser and communications', play: gather },
  { title: 'customer data may be exposed: notification is prepared, two tenants are in scope', play: suspect },
  { title: 'communications drafts a notice for each affected tenant', play: draft },
  { title: 'it is classified as a privacy incident and declared; the 72-hour clocks run', play: declare },
  { title: 'legal approves; sending is refused until execution is authorised', play: approve },
  { title: 'execution is authorised and the notices are sent', play: send },
  { title: 'every resolved contact has one mail; the ledger says so', play: checkMail },
  { title: 'the affected tenants read their advisory, an unaffected tenant has nothing', play: checkFeeds },
  { title: 'one query tells the whole incident from all four services', play: checkWhole },
  { title: 'it is stabilized and diagnosed twice; another person verifies the containment', play: contain },
  { title: 'closing is refused until the post-mortem is approved; then the incident is closed', play: learn },
  {
    title: 'an auditor is let in for an hour; the exported archive verifies offline, an altered one does not',
    play: audit,
  },
  { title: 'the partner’s subscription has seen each step', play: checkWatch },
];

async function detect(story: Story): Promise<void> {
  const [result] = await reportEvent(story.stage, story.actors.traceparent, story.mark);
  must(result?.status === 'MATCHED', `the event matches a rule (it is ${String(result?.status)})`);
  story.detectionId = result?.detectionIds[0] ?? '';
  must(story.detectionId !== '', 'the event raised a detection');
}

async function repeatEvent(story: Story): Promise<void> {
  const [result] = await reportEvent(story.stage, story.actors.traceparent, story.mark);
  must(result?.status === 'DUPLICATE', `the repeat is known (it is ${String(result?.status)})`);
  must(result?.detectionIds[0] === story.detectionId, 'the repeat has the same answer');
}

async function promote(story: Story): Promise<void> {
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

async function assess(story: Story): Promise<void> {
  const { incidentId, actors } = story;
  const responder = actors.as('RESPONDER');
  await answerPage(actors, incidentId);
  await onIncident(responder, incidentId, 'advanceStage', { to: 'ASSESS', reason: 'I am on call.' });
  const sha256 = createHash('sha256').update(story.mark).digest('hex');
  const evidence = {
    text: 'Memory image of the host',
    sha256,
    environment: 'PRODUCTION',
    collectedAt: new Date().toISOString(),
  };
  story.evidenceId = (
    await onIncident<{ evidenceId: string }>(responder, incidentId, 'addEvidence', evidence, 'evidenceId')
  ).evidenceId;
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

const onEvidence = ({ evidenceId }: Story, reason: string) => ({ reason, evidenceIds: [evidenceId] });

async function escalate(story: Story): Promise<void> {
  const responder = story.actors.as('RESPONDER');
  const decision = { responsibility: 'PROVIDER', ...onEvidence(story, 'The host is ours.') };
  await onIncident(responder, story.incidentId, 'decideResponsibility', decision);
  await onIncident(responder, story.incidentId, 'advanceStage', {
    to: 'DIAGNOSE',
    ...onEvidence(story, 'It needs experts.'),
  });
}

async function gather(story: Story): Promise<void> {
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

async function suspect(story: Story): Promise<void> {
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

const untilCin = (story: Story, wanted: string): Promise<true> =>
  eventually(`notification is ${wanted}`, async () => {
    const { incident } = await story.actors
      .as('PARTNER')
      .request<{ incident: { customerNotification: { state: string } | null } | null }>(
        'query Cin($id: ID!) { incident(id: $id) { customerNotification { state } } }',
        { id: story.incidentId },
      );
    return incident?.customerNotification?.state === wanted ? true : undefined;
  });

async function draft(story: Story): Promise<void> {
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

async function declare(story: Story): Promise<void> {
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

interface Obligation {
  readonly clock: string;
  readonly dueAt: string;
  readonly tenant: { readonly id: string };
}

async function obligationsOf({ actors, incidentId }: Story): Promise<readonly Obligation[]> {
  const { incident } = await actors.as('INCIDENT_MANAGER').request<{
    incident: { customerNotification: { obligations: Obligation[] } | null } | null;
  }>('query Owed($id: ID!) { incident(id: $id) { customerNotification { obligations { clock dueAt tenant { id } } } } }', {
    id: incidentId,
  });
  return incident?.customerNotification?.obligations ?? [];
}

async function approve(story: Story): Promise<void> {
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

async function send(story: Story): Promise<void> {
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

async function checkMail(story: Story): Promise<void> {
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

async function checkFeeds(story: Story): Promise<void> {
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

async function checkWhole(story: Story): Promise<void> {
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

/** In this order for each aggregate; between aggregates there is none. */
const expectedTypes = [
  'incident.IncidentOpened',
  'incident.PageChanged',
  'incident.StageChanged',
  'incident.EvidenceAdded',
  'classification.ImpactAssessed',
  'incident.ResponsibilityDecided',
  'incident.AssignmentChanged',
  'classification.SuspicionChanged',
  'classification.ScopeChanged',
  'notification.CinChanged',
  'notification.NoticeChanged',
  'classification.IncidentClassified',
  'classification.CrspiDeclared',
  'notification.ObligationOpened',
  'classification.ExecutionAuthorized',
  'notification.DeliveryChanged',
  'notification.ObligationChanged',
  'incident.ActionChanged',
  'incident.ContainmentVerified',
  'incident.IncidentClosed',
];

async function checkWatch({ stage, watch, incidentId }: Story): Promise<void> {
  await eventually('the subscription has seen each step', async () => {
    const ended = watch.ended();
    if (ended !== undefined && stage.hasFaults === true) {
      // Events may be missed while parts are away, but never silently: the stream says so and ends.
      must(ended.includes('events were missed'), `the subscription was told of the gap (${ended})`);
      return true;
    }
    must(ended === undefined, `the subscription is still open (${String(ended)})`);
    const types = watch.seen.filter(({ incident }) => incident?.id === incidentId).map(({ type }) => type);
    const missing = expectedTypes.filter((wanted) => !types.some((type) => type.startsWith(`tocsin.${wanted}.v`)));
    return Promise.resolve(missing.length === 0 ? true : undefined);
  });
  must(new Set(watch.seen.map(({ id }) => id)).size === watch.seen.length, 'no event came twice');
}
