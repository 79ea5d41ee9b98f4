import { createHash } from 'node:crypto';
import { must } from './actors.ts';

/** Where one file is brought or fetched, and what opens this one request. */
export interface FileTicket {
  readonly url: string;
  readonly ticket: string;
}
/** The fields of a ticket, as a selection. */
export const fileTicket = 'url ticket';

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Brings bytes to the files port; answers with its status and, if it refuses, the code. */
export async function putFile(
  { url, ticket }: FileTicket,
  bytes: Buffer,
): Promise<{ readonly status: number; readonly code?: string }> {
  const headers = { authorization: `Bearer ${ticket}`, 'content-type': 'application/octet-stream' };
  const response = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(bytes) });
  return { status: response.status, ...((await response.json()) as { code?: string }) };
}

/** Fetches bytes from the files port and checks the digest they come with (RFC 9530). */
export async function getFile(target: FileTicket): Promise<Buffer> {
  const response = await request(target);
  must(response.ok, `the file is handed out (${String(response.status)})`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const digest = Buffer.from(sha256Of(bytes), 'hex').toString('base64');
  must(response.headers.get('repr-digest') === `sha-256=:${digest}:`, 'the file comes with its digest');
  return bytes;
}

/** Passes if the files port refuses to hand the file out, with this code. */
export async function mustBeClosed(code: string, target: FileTicket): Promise<void> {
  const response = await request(target);
  must(!response.ok, `the way to ${new URL(target.url).pathname} is closed`);
  const refusal = (await response.json()) as { code: string };
  must(refusal.code === code, `the files port refuses with ${code} (it is ${refusal.code})`);
}

const request = ({ url, ticket }: FileTicket): Promise<Response> =>
  fetch(url, { headers: { authorization: `Bearer ${ticket}` } });
