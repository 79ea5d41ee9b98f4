import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import type { Outcome } from '../domain/page-message.ts';

export interface MailSettings {
  readonly smtpUrl: string;
  readonly from: string;
  /** The domain of Message-IDs. */
  readonly domain: string;
}

export interface PageMail {
  /** The message's; the same for every attempt, so that a mail server may recognise a repeat. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands one mail to the mail server. It never throws; a recipient that is refused for good is `refused`. */
export async function sendPageMail(settings: MailSettings, { id, to, subject, text }: PageMail): Promise<Outcome> {
  const transport = createTransport(transportOf(new URL(settings.smtpUrl)));
  const tooLong = new AbortController();
  try {
    const sent = transport.sendMail({
      from: { name: 'Tocsin', address: settings.from },
      // An object is taken as it is: nothing in the address is parsed as a second recipient.
      to: { name: '', address: to },
      subject,
      text,
      messageId: `<${id}@${settings.domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    // The transport bounds silence only; a server that drips is given up here, within the message's lease.
    const timeout = sleep(longestMs, 'failed' as const, { signal: tooLong.signal });
    return await Promise.race([sent.then(() => 'sent' as const), timeout]);
  } catch (error) {
    return isRefusedRecipient(error) ? 'refused' : 'failed';
  } finally {
    tooLong.abort();
    transport.close();
  }
}

const longestMs = 40_000;

const transportOf = (url: URL) => ({
  host: url.hostname,
  port: Number(url.port || (url.protocol === 'smtps:' ? 465 : 25)),
  secure: url.protocol === 'smtps:',
  ...(url.username !== '' && {
    auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
  }),
  connectionTimeout: 5_000,
  greetingTimeout: 5_000,
  socketTimeout: 20_000,
});

/** A 5xx to RCPT; anywhere else it is our own fault, to be mended and tried again. */
const isRefusedRecipient = (error: unknown): boolean => {
  const { responseCode, command } = error as { responseCode?: number; command?: string };
  return responseCode !== undefined && responseCode >= 500 && command === 'RCPT TO';
};
