import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSafeRequest, egressConfig, egressRulesOf, loadConfig, type SafeRequest } from '@tocsin/runtime';
import { SMTPServer } from 'smtp-server';

/* Real servers on loopback that pages and webhooks are sent to. */

export const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

/** May call loopback, as `npm start` does. */
export const localRequest = (totalMs?: number): SafeRequest =>
  createSafeRequest(
    egressRulesOf(loadConfig(egressConfig, { TOCSIN_WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8' })),
    totalMs === undefined ? {} : { totalMs },
  );

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  stop(): Promise<void>;
}

/** Answers as told; `answer` is handed how many came before. */
export async function startReceiver(
  answer: (before: number, response: ServerResponse) => void = (_, response) => response.end(),
): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), at: performance.now() });
      answer(received.length - 1, response);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`,
    received,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export interface MailSink {
  readonly url: string;
  /** Recipient and text of what it took. */
  readonly taken: readonly { readonly to: string; readonly source: string }[];
  stop(): Promise<void>;
}

/** A mail server; on `port`, or on one of its own. Addresses that begin with `gone` are refused for good. */
export async function startMailServer(port = 0): Promise<MailSink> {
  const taken: { to: string; source: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('gone') ? Object.assign(new Error('No such mailbox.'), { responseCode: 550 }) : null),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const source = Buffer.concat(chunks).toString();
        for (const { address } of envelope.rcptTo) taken.push({ to: address, source });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${String((server.server.address() as AddressInfo).port)}`,
    taken,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
