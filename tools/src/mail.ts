import type { Server } from 'node:net';
import { createMailPage } from './mail/mail-page.ts';
import { openMailbox } from './mail/mailbox.ts';
import { createSmtpSink } from './mail/smtp-sink.ts';

/** The mail server of development: it keeps what it gets and shows it on a page; never for production. */
export interface MailSink {
  readonly smtpUrl: string;
  readonly pageUrl: string;
  stop(): Promise<void>;
}

export interface MailSinkOptions {
  /** Gets one `.eml` file per message. */
  readonly directory: string;
  /** 0: any free one; so for the page. */
  readonly smtpPort: number;
  readonly pagePort: number;
}

/** @throws Error (EADDRINUSE) when a port is taken. */
export async function startMailSink({ directory, smtpPort, pagePort }: MailSinkOptions): Promise<MailSink> {
  const mailbox = await openMailbox(directory);
  const smtp = createSmtpSink(mailbox);
  const page = createMailPage(mailbox);
  const closeSmtp = (): Promise<void> => new Promise((resolve) => smtp.close(() => resolve()));
  const listeningSmtpPort = await listen(smtp.server, smtpPort);
  try {
    const listeningPagePort = await listen(page, pagePort);
    return {
      smtpUrl: `smtp://127.0.0.1:${String(listeningSmtpPort)}`,
      pageUrl: `http://127.0.0.1:${String(listeningPagePort)}/`,
      stop: async () => {
        await closeSmtp();
        await new Promise<void>((resolve) => {
          page.close(() => resolve());
          page.closeAllConnections();
        });
      },
    };
  } catch (error) {
    await closeSmtp();
    throw error;
  }
}

/** Resolves to the port it listens on. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
