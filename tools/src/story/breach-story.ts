import { randomUUID } from 'node:crypto';
import { createActors, type Stage } from './actors.ts';
import { assess, escalate, gather } from './assessing.ts';
import { audit } from './auditing.ts';
import { declare, suspect } from './declaring.ts';
import { detect, promote, repeatEvent } from './detecting.ts';
import { contain, learn } from './ending.ts';
import { bringEvidence, letEvidenceLeave } from './evidence-file.ts';
import { approve, draft, send } from './notifying.ts';
import { checkFeeds, checkMail, checkWhole } from './proving.ts';
import type { Story } from './story.ts';
import { watchIncidents } from './watch.ts';
import { checkWatch } from './watched.ts';

/** Tells one step with the time it took, or the failure. */
export type Tell = (step: string, milliseconds: number) => void | Promise<void>;

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
  {
    title: 'the on-call responder answers the page and brings a flow log; bytes of another digest are refused',
    play: bringEvidence,
  },
  { title: 'the responder assesses on that evidence: severity HIGH', play: assess },
  { title: 'the provider is responsible; the incident is escalated to DIAGNOSE on the same evidence', play: escalate },
  { title: 'the incident manager joins engineer, legal adviser and communications', play: gather },
  {
    title: 'the flow log leaves for a laboratory by written approval only; its chain of custody says who did what',
    play: letEvidenceLeave,
  },
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
