import { createHash, randomUUID } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Principal } from '@tocsin/access';
import type { Environment } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import { testKeys } from '@tocsin/testkit';
import { auditExportRoute } from '../edge/audit-export-route.ts';
import { evidenceRoutes } from '../edge/evidence-routes.ts';
import type { EvidenceStorage } from '../edge/evidence-storage.ts';
import { createFilesPort } from '../edge/files-port.ts';
import { transferRoute } from '../edge/transfer-route.ts';
import { ticketSigner, type OfferedTicket, type SignedTicket, type TicketSigner } from '../file-tickets.ts';
import { recordEvidence } from '../incidents.ts';
import { createBench, responder, type Bench } from './bench.ts';
import { folderPlace, quiet, type TestPlace } from './storage-places.ts';

/** What the files port answered; the body only if it is JSON. */
export interface FilesAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly code: string | undefined;
}

/** The bench with a files port over real HTTP and a real folder, or another storage. */
export interface FilesRig {
  readonly bench: Bench;
  readonly place: TestPlace;
  readonly storage: EvidenceStorage;
  readonly sign: TicketSigner;
  /** Runs a command that offers a ticket, and signs it. */
  ticket(by: Principal, work: (tx: Transaction) => Promise<OfferedTicket>): Promise<SignedTicket>;
  put(ticket: SignedTicket, body: Readable | Buffer, length?: number): Promise<FilesAnswer>;
  get(ticket: SignedTicket): Promise<FilesAnswer>;
  /** Records evidence with the digest of these bytes. */
  evidenceOf(incidentId: string, sha256: string, environment?: Environment): Promise<string>;
  /** The files in the place; in a folder, incoming ones too. */
  files(): Promise<string[]>;
  /** The codes of refused attempts in the audit trail about something, in order. */
  refusals(subject: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** The largest file that a rig takes, if nothing else is said. */
export const limitBytes = 1_000_000;
export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** @param elsewhere a place other than a folder of the rig's own; it is dropped with the rig. */
export async function startFilesRig(limit = limitBytes, elsewhere?: TestPlace): Promise<FilesRig> {
  const bench = await createBench();
  const place = elsewhere ?? (await folderPlace());
  const { event } = await testKeys();
  const { db } = bench.database;
  const storage = place.open(limit);
  const port = createFilesPort({
    db,
    jwks: event.incident.publicJwks,
    routes: [...evidenceRoutes(db, storage), transferRoute(storage), auditExportRoute(db, event.incident.signingKey)],
    http: { host: '127.0.0.1', port: 0 },
    log: quiet,
  });
  await storage.start();
  await port.start();
  const sign = ticketSigner(event.incident.signingKey, `http://127.0.0.1:${String(port.port())}/`);
  return {
    bench,
    place,
    storage,
    sign,
    ticket: async (by, work) => sign(by, await bench.write(by, work)),
    put: (ticket, body, length) => send('PUT', ticket, body, length),
    get: (ticket) => send('GET', ticket),
    evidenceOf: (incidentId, sha256, environment = 'PRODUCTION') => evidenceOf(bench, incidentId, sha256, environment),
    files: () => place.files(),
    refusals: async (subject) => {
      const sql = `select body::json ->> 'refused' as code from audit where subject = $1 order by seq`;
      const rows = await bench.database.admin<{ code: string | null }>(sql, [subject]);
      return rows.flatMap(({ code }) => code ?? []);
    },
    stop: async () => {
      await port.stop();
      await storage.stop();
      await bench.database.drop();
      await place.drop();
    },
  };
}

async function evidenceOf(bench: Bench, incidentId: string, sha256: string, environment: Environment): Promise<string> {
  const evidenceId = randomUUID();
  const { version: expectedVersion } = await bench.seen(incidentId);
  const facts = { text: 'memory image', sha256, environment, collectedAt: new Date('2026-11-20T10:00:00.000Z') };
  await bench.write(responder, (tx) => recordEvidence(tx, { incidentId, expectedVersion, evidenceId, ...facts }));
  return evidenceId;
}

/** @param length declared; without it the body is sent in chunks. */
async function send(
  method: string,
  { url, ticket }: SignedTicket,
  body?: Readable | Buffer,
  length?: number,
): Promise<FilesAnswer> {
  const headers = { authorization: `Bearer ${ticket}`, ...(length !== undefined && { 'content-length': length }) };
  const call = request(url, { method, headers, agent: false });
  const answered = new Promise<IncomingMessage>((resolve, reject) => call.on('response', resolve).on('error', reject));
  // The port may answer before it has read everything.
  if (body === undefined) call.end();
  else pipeline(body instanceof Buffer ? Readable.from([body]) : body, call).catch(() => undefined);
  const response = await answered;
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  const isJson = response.headers['content-type']?.startsWith('application/json') === true;
  const { code } = isJson ? (JSON.parse(whole.toString('utf8')) as { code?: string }) : {};
  return { status: response.statusCode ?? 0, headers: response.headers, body: whole, code };
}
