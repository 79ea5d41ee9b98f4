import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { isAddress, mayDial, type EgressRules } from './public-address.ts';
import { userAgent } from './user-agent.ts';

/** The URL, or what its name resolves to, may not be called; nothing was sent. Neither is in the message (S-51). */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
}

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  /** Its first 4 KB, for operators only: never shown to tenants. */
  readonly body: string;
}

/**
 * The only way to call a server that is not ours (`security.md` section 6). Redirects are not followed: the answer is
 * the redirect. Errors: EgressRefused; whatever the connection says; a TimeoutError after 15 s in all.
 */
export interface SafeRequest {
  (url: string, outgoing: OutgoingRequest): Promise<Answer>;
  /** Refuses what can be refused without looking up the name; for when an address is saved. Throws EgressRefused. */
  check(url: string): void;
}

export interface SafeRequestOptions {
  /** All answers for a name. Default: the system's resolver. */
  readonly resolve?: Resolve;
  readonly connectMs?: number;
  readonly totalMs?: number;
}

export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

const longestAnswer = 4_096;

export function createSafeRequest(
  rules: EgressRules,
  { resolve = resolveBySystem, connectMs = 3_000, totalMs = 15_000 }: SafeRequestOptions = {},
): SafeRequest {
  const send = async (url: string, outgoing: OutgoingRequest): Promise<Answer> => {
    const { href, isPlain } = checkUrl(url, rules);
    const connect = { timeout: connectMs, lookup: guarded(resolve, (address) => mayDial(address, rules, isPlain)) };
    // A connection of its own: none is reused that was made for another name. An Agent heeds no proxy settings.
    const agent = new Agent({ connect, pipelining: 0, maxHeaderSize: 8_192 });
    try {
      const headers = { 'user-agent': userAgent, ...outgoing.headers };
      const signal = AbortSignal.timeout(totalMs);
      const { statusCode, body } = await request(href, { ...outgoing, headers, dispatcher: agent, signal });
      return { status: statusCode, body: await beginningOf(body) };
    } finally {
      await agent.destroy();
    }
  };
  return Object.assign(send, { check: (url: string) => void checkUrl(url, rules) });
}

/** Literal addresses are judged here, because they are never looked up (S-36). */
function checkUrl(text: string, rules: EgressRules): { readonly href: string; readonly isPlain: boolean } {
  if (!URL.canParse(text)) throw new EgressRefused('This is not a URL.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new EgressRefused('Only https is called.');
  if (url.username !== '' || url.password !== '') throw new EgressRefused('The URL must not name a user.');
  // `new URL` leaves out the scheme's own port, and writes every form of an IPv4 address with dots.
  const isPlain = url.protocol !== 'https:' || !['', '8443'].includes(url.port);
  if (isPlain && rules.allow.length === 0) throw new EgressRefused('Only https on port 443 or 8443 is called.');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isAddress(host) && !mayDial(host, rules, isPlain)) throw new EgressRefused('This address may not be called.');
  return { href: url.href, isPlain };
}

/** A look-up inside connect: what it answers is what is dialled. One bad answer refuses them all (S-36). */
const guarded =
  (resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction =>
  (name, { all }, callback) => {
    resolve(name).then(
      (answers) => {
        const [first] = answers;
        if (first === undefined || !answers.every(({ address }) => isAllowed(address)))
          return callback(new EgressRefused('The name resolves to an address that may not be called.'), []);
        return all === true ? callback(null, [...answers]) : callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, []),
    );
  };

const resolveBySystem: Resolve = (name) =>
  new Promise((resolve, reject) => {
    systemLookup(name, { all: true }, (error, answers) => (error === null ? resolve(answers) : reject(error)));
  });

async function beginningOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop ends the connection: a body without end costs no more than its first bytes.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= longestAnswer) break;
  }
  return Buffer.concat(chunks).subarray(0, longestAnswer).toString('utf8');
}
