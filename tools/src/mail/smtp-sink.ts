import type { Readable } from 'node:stream';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { Mailbox } from './mailbox.ts';

const longestBytes = 10 * 1024 * 1024;

/**
 * Takes every message for every address, keeps it, and passes nothing on. No authentication, no encryption, loopback
 * only: for development and tests, never for production.
 */
export function createSmtpSink(mailbox: Mailbox): SMTPServer {
  const server = new SMTPServer({
    name: 'tocsin-mail.localhost',
    banner: 'Tocsin keeps this mail on this machine and delivers it to nobody',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: longestBytes,
    closeTimeout: 2_000,
    logger: false,
    onData: (stream, session, callback) => {
      keep(mailbox, stream, session).then(
        (id) => callback(null, `kept as ${id}`),
        (error: unknown) => callback(replyTo(error)),
      );
    },
  });
  // A client that goes away is its own business; without a listener it would end the process.
  server.on('error', () => undefined);
  return server;
}

class TooLarge extends Error {}

async function keep(
  mailbox: Mailbox,
  stream: Readable & { readonly sizeExceeded: boolean },
  { envelope }: SMTPServerSession,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read all the same: SMTP has no way to interrupt the sender.
    if (size <= longestBytes) chunks.push(chunk);
  }
  if (stream.sizeExceeded || size > longestBytes) throw new TooLarge();
  const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  return await mailbox.keep(Buffer.concat(chunks), { from, to: envelope.rcptTo.map(({ address }) => address) });
}

/** Too large is for good; anything else, such as a full disk, may pass. */
const replyTo = (error: unknown): Error =>
  error instanceof TooLarge
    ? Object.assign(new Error('Message exceeds 10 MB'), { responseCode: 552 })
    : Object.assign(new Error('Could not keep the message, try again later'), { responseCode: 451 });
