/** The ways in which a page can reach somebody. */
export const pageChannels = ['EMAIL', 'WEBHOOK'] as const;
export type PageChannel = (typeof pageChannels)[number];

/** Where somebody of the staff is reached by pages; never in an event, log or audit entry. */
export interface PageContact {
  readonly id: string;
  readonly version: number;
  readonly principalId: string;
  readonly email: string | null;
  readonly webhookUrl: string | null;
  /** `whsec_…`, with which pages to the webhook are signed; shown to nobody. */
  readonly webhookSecret: string | null;
}

export const channelsOf = ({ email, webhookUrl }: PageContact): readonly PageChannel[] =>
  pageChannels.filter((channel) => (channel === 'EMAIL' ? email : webhookUrl) !== null);
