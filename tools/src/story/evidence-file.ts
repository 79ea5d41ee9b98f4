import { randomUUID } from 'node:crypto';
import { eventually, must, mustBeRefused, type Actors } from './actors.ts';
import { onIncident, run } from './commands.ts';
import { fileTicket, getFile, mustBeClosed, putFile, sha256Of, type FileTicket } from './files.ts';
import { flowLogOf } from './flow-log.ts';
import { answerPage } from './page.ts';
import type { Story } from './story.ts';

/* A piece of evidence as a file: brought, looked at inside, and let out by written approval only. */

/** The responder answers, records the host's flow log, and brings it; other bytes than those recorded are refused. */
export async function bringEvidence(story: Story): Promise<void> {
  const { actors, incidentId } = story;
  const responder = actors.as('RESPONDER');
  await answerPage(actors, incidentId);
  await onIncident(responder, incidentId, 'advanceStage', { to: 'ASSESS', reason: 'I am on call.' });
  const flowLog = flowLogOf(story.mark);
  const evidence = {
    text: 'Flow log of the host, ten minutes around the dump',
    sha256: sha256Of(flowLog),
    environment: 'PRODUCTION',
    collectedAt: new Date().toISOString(),
  };
  const added = await onIncident<{ evidenceId: string }>(responder, incidentId, 'addEvidence', evidence, 'evidenceId');
  story.evidenceId = added.evidenceId;
  const upload = () => run<FileTicket>(responder, 'uploadEvidence', about(story), fileTicket);
  const other = await putFile(await upload(), Buffer.concat([flowLog, Buffer.from('one more line\n')]));
  must(other.code === 'DIGEST_MISMATCH', `other bytes are refused (${String(other.code)})`);
  const brought = await putFile(await upload(), flowLog);
  must(brought.status === 201, `the flow log is kept (${String(brought.status)})`);
}

const about = ({ evidenceId }: Story) => ({ idempotencyKey: randomUUID(), evidenceId });

/** It goes to a laboratory once the incident manager has looked at it and approved in writing, and not before. */
export async function letEvidenceLeave(story: Story): Promise<void> {
  const { actors, incidentId, evidenceId } = story;
  const manager = actors.as('INCIDENT_MANAGER');
  const responder = actors.as('RESPONDER');
  const looking = { ...about(story), reason: 'To see what would leave.' };
  await mustBeRefused('ENVIRONMENT_NOT_GRANTED', run(actors.as('SERVICE_ENGINEER'), 'openEvidence', looking, 'url'));
  const { transferId } = await requestIt(story);
  const order = (expectedVersion: number) => ({ idempotencyKey: randomUUID(), transferId, expectedVersion });
  const tickets = `tickets { ${fileTicket} }`;
  await mustBeRefused('TRANSFER_NOT_APPROVED', run(responder, 'executeTransfer', order(1), tickets));
  // A ticket for looking at it inside does not open the way out either.
  const inside = await run<FileTicket>(manager, 'openEvidence', looking, fileTicket);
  const wayOut = new URL(`/v1/transfers/${transferId}/${evidenceId}`, inside.url).href;
  await mustBeClosed('TICKET_INVALID', { ...inside, url: wayOut });
  const flowLog = await getFile(inside);
  await mustBeRefused('FORBIDDEN', run(responder, 'approveTransfer', approval(order(1)), '__typename'));
  await run(manager, 'approveTransfer', approval(order(1)), '__typename');
  const executed = await run<{ tickets: FileTicket[] }>(responder, 'executeTransfer', order(2), tickets);
  const [ticket] = executed.tickets;
  if (ticket === undefined) throw new Error('There is no ticket for what may leave.');
  must((await getFile(ticket)).equals(flowLog), 'what left is what was looked at');
  await mustBeClosed('TICKET_USED', ticket);
  await checkCustody(actors, incidentId, evidenceId, sha256Of(flowLog));
}

const requestIt = (story: Story): Promise<{ transferId: string }> =>
  run(
    story.actors.as('RESPONDER'),
    'requestTransfer',
    {
      idempotencyKey: randomUUID(),
      incidentId: story.incidentId,
      evidenceIds: [story.evidenceId],
      ticketId: `SEC-${story.mark}`,
      destination: 'Forensics laboratory, case inbox',
      purpose: 'A second opinion on what left the host.',
    },
    'transferId',
  );

const approval = (order: object) => ({
  ...order,
  approvalText: 'Read: addresses and sizes of connections, no content. It may go to the laboratory, today.',
});

interface Kept {
  readonly id: string;
  readonly sha256: string;
  readonly text: string | null;
  readonly custody: readonly { readonly act: string; readonly actorId: string }[];
}

async function checkCustody(actors: Actors, incidentId: string, evidenceId: string, sha256: string): Promise<void> {
  const look = async (name: string): Promise<Kept | undefined> => {
    const { incident } = await actors
      .as(name)
      .request<{ incident: { evidence: Kept[] } | null }>(
        'query Kept($id: ID!) { incident(id: $id) { evidence { id sha256 text custody { act actorId } } } }',
        { id: incidentId },
      );
    return incident?.evidence.find(({ id }) => id === evidenceId);
  };
  const kept = await eventually('the evidence is shown', () => look('INCIDENT_MANAGER'));
  must(kept.sha256 === sha256, 'the digest is the one recorded when it was collected');
  const chain = kept.custody.map(({ act, actorId }) => `${act} by ${actorId}`).join(', ');
  const expected = 'COLLECTED by user:rea, ACCESSED by user:ima, TRANSFERRED by user:rea';
  must(chain === expected, `the chain of custody says who did what (${chain})`);
  must((await look('SERVICE_ENGINEER'))?.text === null, 'the engineer does not see what the evidence says');
}
