import { signWebhook, type SafeRequest } from '@tocsin/runtime';

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  /** The same for every attempt. */
  readonly id: string;
  /** The body, byte for byte the same for every attempt. */
  readonly body: string;
}

/** What a receiver answered: its status, or what went wrong before there was one. It names no address. */
export type WebhookAnswer = { readonly status: number } | { readonly error: string };

/** One attempt, signed for this instant (Standard Webhooks). It never throws. */
export async function postWebhook(
  safeRequest: SafeRequest,
  { url, secret, id, body }: Webhook,
  now: Date,
): Promise<WebhookAnswer> {
  const signature = signWebhook(secret, { id, timestamp: Math.floor(now.getTime() / 1_000), body });
  const headers = { 'content-type': 'application/json', ...signature };
  try {
    const { status } = await safeRequest(url, { method: 'POST', headers, body });
    return { status };
  } catch (error) {
    const { code, name = 'unknown' } = error as { code?: unknown; name?: string };
    return { error: typeof code === 'string' ? code : name };
  }
}

/** Only 2xx is a success. */
export const isDelivered = (answer: WebhookAnswer): boolean =>
  'status' in answer && answer.status >= 200 && answer.status < 300;
