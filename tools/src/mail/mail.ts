import type { Server } from 'node:net';
import { openMailbox } from './mailbox.ts';
import { createMailPage } from './mail-page.ts';
import { createSmtpSink } from './smtp-sink.ts';

/** The mail server of development: it keeps what it gets and shows it on a page; never for production. */
export interface MailSink {
  readonly smtpUrl: string;
  readonly pageUrl: string;
  stop(): Promise<void>;
}

export async function startMailSink(options: {
  /** For the `.eml` files. */
  readonly directory: string;
  readonly smtpPort: number;
  readonly pagePort: number;
}): Promise<MailSink> {
  const mailbox = await openMailbox(options.directory);
  const smtp = createSmtpSink(mailbox);
  const page = createMailPage(mailbox);
  const stop = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      smtp.close(() => resolve());
    });
    await new Promise<void>((resolve) => {
      page.close(() => resolve());
      page.closeAllConnections();
    });
  };
  try {
    await listen(smtp.server, options.smtpPort);
    await listen(page, options.pagePort);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    smtpUrl: `smtp://127.0.0.1:${String(options.smtpPort)}`,
    pageUrl: `http://127.0.0.1:${String(options.pagePort)}/`,
    stop,
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
