/** One message that the mail sink of `npm start` has received. */
export interface ReceivedMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly messageId: string;
}

/** Everything in the mailboxes, newest first; the page must be the mail sink's. */
export async function readMailboxes(mailPageUrl: string): Promise<readonly ReceivedMail[]> {
  const response = await fetch(new URL('/messages.json', mailPageUrl));
  return (await response.json()) as ReceivedMail[];
}
