/** Why the gateway ends a socket; the reason is for people, the code for their clients. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

export const unauthorized: Closing = { code: 4401, reason: 'Unauthorized' };
/** S-32. A client that is given a new token may come back at once. */
export const tokenExpired: Closing = { code: 4403, reason: 'the token has expired: subscribe anew with a fresh one' };
export const eventsMissed: Closing = { code: 4410, reason: 'events were missed: read again and subscribe anew' };
export const goingAway: Closing = { code: 1001, reason: 'the gateway is going away: read again and subscribe anew' };
export const tooMany: Closing = { code: 4429, reason: 'too many connections or messages' };
export const badMessage: Closing = { code: 4400, reason: 'the message is not valid' };
