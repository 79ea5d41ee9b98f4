import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Outcome } from '../domain/delivery.ts';

/** One mail to one recipient. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly date: Date;
}

/** The message as it goes over the wire; the same mail gives the same headers. */
export function composeMail({ from, to, messageId, subject, text, date }: Mail): Promise<Buffer> {
  const headers = { 'Auto-Submitted': 'auto-generated' };
  return new MailComposer({ from, to, messageId, subject, text, date, headers }).compile().build();
}

/**
 * One talk with the mail server. It never throws: what was seen decides what may be done next.
 *
 * The server may have taken the message although its last answer was lost (RFC 1047). Whether our stream was read tells
 * on which side of that moment a failure lies; nodemailer's own `command` says CONN for both.
 */
export async function submitMail(
  smtpUrl: string,
  mail: Mail,
  { silenceMs = 20_000 }: { /** How long the server may say nothing. */ readonly silenceMs?: number } = {},
): Promise<Outcome> {
  const message = await composeMail(mail);
  let isRead = false;
  const body = new Readable({
    read() {
      isRead = true;
      this.push(message);
      this.push(null);
    },
  });
  const connection = connectionTo(new URL(smtpUrl), silenceMs);
  try {
    return await new Promise<Outcome>((resolve) => {
      const failed = (error: SMTPConnection.SMTPError): void => resolve(judge(error, isRead));
      connection.on('error', failed);
      connection.on('end', () => resolve(judge(undefined, isRead)));
      const sendIt = (): void =>
        connection.send({ from: mail.from, to: [mail.to] }, body, (error, info) =>
          error ? failed(error) : resolve({ kind: 'accepted', replyCode: replyCodeOf(info.response) ?? 250 }),
        );
      connection.connect(() => {
        const { username, password } = new URL(smtpUrl);
        if (username === '') return sendIt();
        const credentials = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
        connection.login(credentials, (error) => (error ? failed(error) : sendIt()));
      });
    });
  } finally {
    connection.close();
  }
}

const connectionTo = (url: URL, socketTimeout: number): SMTPConnection =>
  new SMTPConnection({
    host: url.hostname,
    port: Number(url.port || (url.protocol === 'smtps:' ? 465 : 25)),
    secure: url.protocol === 'smtps:',
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout,
  });

/** The table of `eventing.md` section 9. */
function judge(error: SMTPConnection.SMTPError | undefined, isRead: boolean): Outcome {
  const replyCode = error?.responseCode ?? null;
  if (replyCode !== null && replyCode >= 500 && isAboutRecipient(error, isRead)) return { kind: 'bounced', replyCode };
  if (replyCode !== null) return { kind: 'deferred', replyCode, soon: false };
  return isRead ? { kind: 'in-doubt' } : { kind: 'deferred', replyCode: null, soon: true };
}

/** A refusal of the recipient or of the message; anywhere else a 5xx is our own fault, to be mended and tried again. */
const isAboutRecipient = (error: SMTPConnection.SMTPError | undefined, isRead: boolean): boolean =>
  isRead || error?.command === 'RCPT TO';

const replyCodeOf = (response: string): number | undefined => {
  const code = Number.parseInt(response, 10);
  return Number.isNaN(code) ? undefined : code;
};
