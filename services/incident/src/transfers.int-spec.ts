import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { signTicket, type Principal } from '@tocsin/access';
import type { Transaction } from '@tocsin/database';
import { aPrincipal, testKeys } from '@tocsin/testkit';
import type { Transfer } from './domain/transfer.ts';
import { offerUpload, openEvidence, recordCustody } from './evidence-custody.ts';
import { listEvidence } from './evidence-reads.ts';
import { offerTicket, type SignedTicket } from './file-tickets.ts';
import { assignMember } from './incidents.ts';
import { saveStaffMember } from './staff.ts';
import { incidentTable } from './store/incident-table.ts';
import { timelineStore } from './store/timeline-store.ts';
import { admin, legal, manager, responder } from './testing/bench.ts';
import { sha256Of, startFilesRig, type FilesRig } from './testing/files-rig.ts';
import { listTransfers } from './transfer-reads.ts';
import { approveTransfer, executeTransfer, expireTransfers, rejectTransfer, requestTransfer } from './transfers.ts';

const image = randomBytes(50_000);
const facts = { ticketId: 'T-77', destination: 'lab.example', purpose: 'malware analysis' };
const text = { approvalText: 'Yes, the image of this one host.', expiresAt: null };
/** Manages other incidents, and is here for legal advice. */
const other = aPrincipal(['INCIDENT_MANAGER', 'LEGAL'], { id: 'user:ida' });

let rig: FilesRig;
let incidentId: string;
let evidenceId: string;
beforeAll(async () => {
  rig = await startFilesRig();
  const entry = { principalId: other.id, name: 'ida', roles: ['INCIDENT_MANAGER', 'LEGAL'] as const, onCall: false };
  await rig.bench.write(admin, (tx) => saveStaffMember(tx, entry));
});
afterAll(() => rig.stop());
beforeEach(async () => {
  ({ id: incidentId } = await rig.bench.anIncident());
  evidenceId = await rig.evidenceOf(incidentId, sha256Of(image));
  await rig.put(await rig.ticket(responder, (tx) => offerUpload(tx, { evidenceId })), image);
});

const ask = (by = responder): Promise<Transfer> =>
  rig.bench.write(by, (tx) =>
    requestTransfer(tx, { incidentId, evidenceIds: [evidenceId], transferId: randomUUID(), ...facts }),
  );
const approve = ({ id: transferId, version }: Transfer, by = manager, patch: object = {}): Promise<Transfer> =>
  rig.bench.write(by, (tx) => approveTransfer(tx, { transferId, expectedVersion: version, ...text, ...patch }));
const approved = async (): Promise<Transfer> => approve(await ask());
const execute = async ({ id: transferId, version }: Transfer, by = responder): Promise<SignedTicket> =>
  rig.ticket(by, async (tx) => {
    const { tickets } = await executeTransfer(tx, { transferId, expectedVersion: version });
    return tickets[0]!;
  });
const refusalsOf = ({ id }: Transfer): Promise<string[]> => rig.refusals(`dataTransferApproval:${id}`);
const refused = (code: string, attempt: Promise<unknown>) => expect(attempt).rejects.toMatchObject({ code });
const pastTheRules = ({ id }: Transfer, assignment: string): Promise<unknown> =>
  rig.bench.database.admin(`update data_transfer_approval set ${assignment} where id = $1`, [id]);
const custody = async () => {
  const [found] = await rig.bench.look(responder, (tx) => listEvidence(tx, [incidentId]));
  return found?.value[0]?.custody.map(({ act, actorId, reason }) => ({ act, actorId, reason }));
};

async function join(person: Principal, role: 'LEGAL' | 'INCIDENT_MANAGER'): Promise<void> {
  const { version: expectedVersion } = await rig.bench.seen(incidentId);
  const order = { incidentId, expectedVersion, reason: 'help', evidenceIds: [], until: null };
  await rig.bench.write(manager, (tx) => assignMember(tx, { ...order, role, principalId: person.id }));
}

/** A ticket of the way out that no command gave, signed by the service's own key: what a forgotten check would give. */
async function stolen({ id }: Transfer, by = responder): Promise<SignedTicket> {
  return rig.ticket(by, (tx) =>
    offerTicket(tx, { incidentId, method: 'GET', path: `/v1/transfers/${id}/${evidenceId}` }),
  );
}

describe('the way out', () => {
  it('R-62 lets approved evidence leave once; the custody tells where to', async () => {
    const ticket = await execute(await approved());
    const answer = await rig.get(ticket);
    expect([answer.status, sha256Of(answer.body)]).toEqual([200, sha256Of(image)]);
    expect((await custody())?.at(-1)).toEqual({
      act: 'TRANSFERRED',
      actorId: responder.id,
      reason: 'To lab.example, by T-77: malware analysis',
    });
    const [listed] = await rig.bench.look(responder, (tx) => listTransfers(tx, [incidentId]));
    expect(listed?.value).toEqual([
      expect.objectContaining({ ...facts, state: 'EXECUTED', approvedBy: manager.id, executedBy: responder.id }),
    ]);
    const sql = `select outcome from file_ticket where path like '/v1/transfers/' || $1 || '/%'`;
    expect(await rig.bench.database.admin(sql, [listed?.value[0]?.id])).toEqual([{ outcome: 'COMPLETE' }]);
    expect(await rig.bench.eventsOf(listed?.value[0]?.id ?? '')).toEqual(Array(3).fill('TransferChanged'));
  });

  it('R-22 R-62 what became of it stands in the timeline, in the name of whom it was', async () => {
    await execute(await approved());
    const unheeded = await ask();
    await pastTheRules(unheeded, `expires_at = now() - interval '1 second'`);
    await rig.bench.hear(expireTransfers);
    const query = { limit: 100, after: null, order: 'OLDEST' } as const;
    const entries = await rig.bench.look(responder, (tx) => timelineStore(tx).page([incidentId], query));
    const told = entries.filter(({ kind }) => kind === 'TRANSFER');
    expect(told.map(({ text: said, recordedBy }) => [said, recordedBy])).toEqual([
      ['Transfer of evidence: REQUESTED.', responder.id],
      ['Transfer of evidence: APPROVED.', manager.id],
      ['Transfer of evidence: EXECUTED.', responder.id],
      ['Transfer of evidence: REQUESTED.', responder.id],
      ['Transfer of evidence: EXPIRED.', 'service:incident'],
    ]);
    expect(told.at(-1)?.refs).toEqual([unheeded.id]);
  });

  it('loads the incident once, however many pieces leave', async () => {
    const evidenceIds = [evidenceId];
    for (const n of [1, 2, 3]) {
      const bytes = Buffer.concat([image, Buffer.from([n])]);
      const id = await rig.evidenceOf(incidentId, sha256Of(bytes));
      await rig.put(await rig.ticket(responder, (tx) => offerUpload(tx, { evidenceId: id })), bytes);
      evidenceIds.push(id);
    }
    const reads: number[] = [];
    /** Runs the command as it is, and counts how often it reads incidents. */
    const counting = async <T>(tx: Transaction, run: () => Promise<T>): Promise<T> => {
      const asked = jest.spyOn(tx.manager, 'getRepository');
      const result = await run();
      reads.push(asked.mock.calls.filter(([entity]) => entity === incidentTable).length);
      return result;
    };
    const order = { incidentId, evidenceIds, transferId: randomUUID(), ...facts };
    const asking = (tx: Transaction) => counting(tx, () => requestTransfer(tx, order));
    const { id: transferId } = await approve(await rig.bench.write(responder, asking));
    const leaving = (tx: Transaction) => counting(tx, () => executeTransfer(tx, { transferId, expectedVersion: 2 }));
    const { tickets } = await rig.bench.write(responder, leaving);
    expect(tickets).toHaveLength(4);
    // Once for the member, and once for all the pieces.
    expect(reads).toEqual([2, 2]);
  });

  it('R-62 unapproved: refused and audited, by the command and at the port', async () => {
    const transfer = await ask();
    await refused('TRANSFER_NOT_APPROVED', execute(transfer));
    expect((await rig.get(await stolen(transfer))).code).toBe('TRANSFER_NOT_APPROVED');
    expect(await refusalsOf(transfer)).toEqual(Array(2).fill('TRANSFER_NOT_APPROVED'));
    const rejected = await rig.bench.write(manager, (tx) =>
      rejectTransfer(tx, { transferId: transfer.id, expectedVersion: 1, reason: 'too much' }),
    );
    await refused('TRANSFER_NOT_APPROVED', execute(rejected));
    expect((await rig.get(await stolen(rejected))).code).toBe('TRANSFER_NOT_APPROVED');
    expect((await custody())?.map(({ act }) => act)).toEqual(['COLLECTED']);
  });

  it('R-62 approved but not executed: the port refuses, and audits', async () => {
    const transfer = await approved();
    expect((await rig.get(await stolen(transfer))).code).toBe('TRANSFER_NOT_APPROVED');
    expect(await refusalsOf(transfer)).toEqual(['TRANSFER_NOT_APPROVED']);
  });

  it('R-62 expired: refused and audited, by the command and at the port', async () => {
    const past = `approved_at = now() - interval '1 hour', expires_at = now() - interval '1 second'`;
    const waiting = await approved();
    await pastTheRules(waiting, past);
    await refused('TRANSFER_EXPIRED', execute(waiting));
    const leaving = await approved();
    const ticket = await execute(leaving);
    await pastTheRules(leaving, past);
    expect((await rig.get(ticket)).code).toBe('TRANSFER_EXPIRED');
    expect([...(await refusalsOf(waiting)), ...(await refusalsOf(leaving))]).toEqual(Array(2).fill('TRANSFER_EXPIRED'));
  });

  it('R-62 with another digest: refused and audited, by the command and at the port', async () => {
    const swap = `items = jsonb_set(items, '{0,sha256}', to_jsonb(repeat('b', 64)))`;
    const waiting = await approved();
    await pastTheRules(waiting, swap);
    await refused('TRANSFER_CONTENT_CHANGED', execute(waiting));
    const leaving = await approved();
    const ticket = await execute(leaving);
    await pastTheRules(leaving, swap);
    expect((await rig.get(ticket)).code).toBe('TRANSFER_CONTENT_CHANGED');
    const all = [...(await refusalsOf(waiting)), ...(await refusalsOf(leaving))];
    expect(all).toEqual(Array(2).fill('TRANSFER_CONTENT_CHANGED'));
  });

  it('R-62 reused: neither the approval nor the ticket opens twice, and that is audited', async () => {
    const transfer = await approved();
    const ticket = await execute(transfer);
    expect((await rig.get(ticket)).status).toBe(200);
    expect((await rig.get(ticket)).code).toBe('TICKET_USED');
    await refused('TRANSFER_NOT_APPROVED', execute({ ...transfer, version: 3 }));
    expect(await refusalsOf(transfer)).toEqual(['TRANSFER_NOT_APPROVED']);
    const sql = `select body from audit where body like '%TICKET_USED%' and subject like 'fileTicket:%'`;
    expect(await rig.bench.database.admin(sql)).toHaveLength(1);
  });

  it('R-62 a ticket for looking inside does not open it, nor one of another evidence or person', async () => {
    const transfer = await approved();
    const out = await execute(transfer);
    const inside = await rig.ticket(responder, (tx) => openEvidence(tx, { evidenceId, reason: 'to look' }));
    expect((await rig.get({ ...inside, url: out.url })).code).toBe('TICKET_INVALID');
    expect((await rig.get(await stolen(transfer, manager))).code).toBe('NOT_FOUND');
    await join(legal, 'LEGAL');
    expect((await rig.get(await stolen(transfer, legal))).code).toBe('ENVIRONMENT_NOT_GRANTED');
    const { event } = await testKeys();
    const forged = { id: randomUUID(), principal: responder, method: 'GET', path: new URL(out.url).pathname } as const;
    const expiresAt = new Date(Date.now() + 60_000);
    const forgery = await signTicket({ ...forged, expiresAt }, 'incident', event.incident.signingKey);
    expect((await rig.get({ ...out, ticket: forgery })).code).toBe('TICKET_USED');
    expect((await rig.get(out)).status).toBe(200);
  });

  it('R-62 evidence that was destroyed does not leave', async () => {
    const transfer = await approved();
    await rig.bench.write(manager, (tx) => recordCustody(tx, { evidenceId, act: 'DESTROYED', reason: 'by order' }));
    await refused('EVIDENCE_DESTROYED', execute(transfer));
  });
});

describe('the approval', () => {
  it('I-34 by the one who asked is refused, audited, and impossible in the database', async () => {
    const own = await ask(manager);
    await refused('SAME_PERSON_REFUSED', approve(own));
    expect(await refusalsOf(own)).toEqual(['SAME_PERSON_REFUSED']);
    const constraint = 'data_transfer_approval_two_people_check';
    await expect(pastTheRules(own, 'approved_by = requested_by')).rejects.toMatchObject({ constraint });
  });

  it('I-34 needs a text and ends within 24 hours, in the database too', async () => {
    const transfer = await ask();
    await refused('APPROVAL_TEXT_REQUIRED', approve(transfer, manager, { approvalText: ' ' }));
    expect(await refusalsOf(transfer)).toEqual(['APPROVAL_TEXT_REQUIRED']);
    await expect(pastTheRules(transfer, `state = 'APPROVED'`)).rejects.toMatchObject({
      constraint: 'data_transfer_approval_written_check',
    });
    const done = await approve(transfer);
    await expect(pastTheRules(done, `expires_at = approved_at + interval '25 hours'`)).rejects.toMatchObject({
      constraint: 'data_transfer_approval_term_check',
    });
    await expect(pastTheRules(done, `state = 'EXECUTED'`)).rejects.toMatchObject({
      constraint: 'data_transfer_approval_executed_check',
    });
  });

  it('I-34 is for the incident manager of that incident, and refused to all others, audited', async () => {
    const transfer = await ask();
    await refused('NOT_FOUND', approve(transfer, other));
    await join(other, 'LEGAL');
    await refused('NOT_MANAGER_OF_INCIDENT', approve(transfer, other));
    await refused('FORBIDDEN', approve(transfer, legal));
    expect(await refusalsOf(transfer)).toEqual(['NOT_FOUND', 'NOT_MANAGER_OF_INCIDENT', 'FORBIDDEN']);
    await join(other, 'INCIDENT_MANAGER');
    await expect(approve(transfer, other)).resolves.toMatchObject({ state: 'APPROVED' });
    await refused('NOT_FOUND', approve({ ...transfer, id: randomUUID() }));
    await refused('FORBIDDEN', approve({ ...transfer, id: 'x' }, legal));
  });

  it('of two at once one stands, and of two executions', async () => {
    await join(other, 'INCIDENT_MANAGER');
    const transfer = await ask();
    const approvals = await Promise.allSettled([approve(transfer), approve(transfer, other)]);
    expect(approvals.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const executions = await Promise.allSettled([1, 2].map(() => execute({ ...transfer, version: 2 })));
    expect(executions.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a request', () => {
  it('is for stored evidence of this incident whose environment was granted', async () => {
    const request = (ids: readonly string[], by = responder) =>
      rig.bench.write(by, (tx) =>
        requestTransfer(tx, { incidentId, evidenceIds: ids, transferId: randomUUID(), ...facts }),
      );
    const bare = await rig.evidenceOf(incidentId, sha256Of(image));
    await refused('EVIDENCE_NOT_STORED', request([bare]));
    await refused('EVIDENCE_UNKNOWN', request([randomUUID()]));
    await refused('INVALID_INPUT', request([]));
    await join(legal, 'LEGAL');
    await refused('ENVIRONMENT_NOT_GRANTED', request([evidenceId], legal));
    await refused('NOT_FOUND', request([evidenceId], aPrincipal('RESPONDER', { id: 'user:rod' })));
  });

  it('that nobody answers expires, and says so', async () => {
    const transfer = await ask();
    await pastTheRules(transfer, `expires_at = now() - interval '1 second'`);
    await refused('TRANSFER_EXPIRED', approve(transfer));
    await rig.bench.hear(expireTransfers);
    expect(await rig.bench.eventsOf(transfer.id)).toEqual(['TransferChanged', 'TransferChanged']);
    const [listed] = await rig.bench.look(responder, (tx) => listTransfers(tx, [incidentId]));
    expect(listed?.value).toMatchObject([{ state: 'EXPIRED', version: 2 }]);
  });

  it('R-62 its texts are in no event and in no audit entry; strangers see none of it', async () => {
    await approved();
    for (const table of ['outbox', 'audit', 'command']) {
      const rows = await rig.bench.database.admin<{ row: string }>(`select t::text as row from ${table} t`);
      const words = ['lab.example', 'malware', 'this one host', 'memory image'];
      expect([table, rows.some(({ row }) => words.some((word) => row.includes(word)))]).toEqual([table, false]);
    }
    for (const by of [aPrincipal('PARTNER'), aPrincipal('LEGAL'), aPrincipal('CUSTOMER_ADMIN')])
      expect(await rig.bench.look(by, (tx) => listTransfers(tx, [incidentId]))).toEqual([]);
  });
});
