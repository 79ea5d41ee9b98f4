import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import { writeDurably } from '../durable-file.ts';

/** To whom the SMTP client said the message goes; its header may say otherwise. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** What the list shows of a message. */
export interface MessageSummary {
  readonly id: string;
  readonly from: string;
  /** Addresses of the header `To`. */
  readonly to: readonly string[];
  /** Addresses of the envelope: who really gets it. */
  readonly deliveredTo: readonly string[];
  readonly subject: string;
  /** The header `Date`, ISO 8601. */
  readonly date: string | null;
  readonly messageId: string | null;
}

/** A folder with one `.eml` file per received message. */
export interface Mailbox {
  /** Resolves once the message cannot be lost any more; then the sender may be told so. */
  keep(content: Buffer, envelope: Envelope): Promise<string>;
  /** Newest first. */
  list(): Promise<MessageSummary[]>;
  source(id: string): Promise<Buffer | undefined>;
  read(id: string): Promise<ParsedMail | undefined>;
}

const idPattern = /^\d{8}T\d{9}Z-[0-9a-f]{12}$/;

export async function openMailbox(folder: string): Promise<Mailbox> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const known = new Map<string, MessageSummary>();
  const file = (id: string): string => join(folder, `${id}.eml`);
  const source = async (id: string): Promise<Buffer | undefined> =>
    idPattern.test(id) ? await readFile(file(id)).catch(() => undefined) : undefined;
  const read = async (id: string): Promise<ParsedMail | undefined> => {
    const content = await source(id);
    return content === undefined ? undefined : await simpleParser(content);
  };
  const summary = async (id: string): Promise<MessageSummary | undefined> => {
    const parsed = known.has(id) ? undefined : await read(id);
    if (parsed !== undefined) known.set(id, summarize(id, parsed));
    return known.get(id);
  };
  return {
    source,
    read,
    keep: async (content, envelope) => {
      const id = newId();
      await writeDurably(file(id), Buffer.concat([traceOf(envelope), content]), 0o600);
      return id;
    },
    list: async () => {
      const ids = (await readdir(folder)).filter((name) => name.endsWith('.eml')).map((name) => name.slice(0, -4));
      const summaries = await Promise.all(ids.filter((id) => idPattern.test(id)).map(summary));
      return summaries.filter((message) => message !== undefined).sort((a, b) => (a.id < b.id ? 1 : -1));
    },
  };
}

let lastInstant = 0;

/** Sorts by arrival, also within a millisecond. */
function newId(): string {
  lastInstant = Math.max(Date.now(), lastInstant + 1);
  return `${new Date(lastInstant).toISOString().replaceAll(/[-:.]/g, '')}-${randomBytes(6).toString('hex')}`;
}

/** The lines that final delivery puts in front (RFC 5321 section 4.4); the message itself stays as it came. */
function traceOf({ from, to }: Envelope): Buffer {
  const lines = [`Return-Path: <${oneLine(from)}>`, ...to.map((address) => `Delivered-To: ${oneLine(address)}`)];
  return Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]/g, '');

function summarize(id: string, parsed: ParsedMail): MessageSummary {
  return {
    id,
    from: parsed.from?.text ?? '',
    to: addressesOf(parsed.to),
    deliveredTo: parsed.headerLines
      .filter(({ key }) => key === 'delivered-to')
      .map(({ line }) => line.slice(line.indexOf(':') + 1).trim()),
    subject: parsed.subject ?? '',
    date: parsed.date?.toISOString() ?? null,
    messageId: parsed.messageId ?? null,
  };
}

const addressesOf = (to: AddressObject | AddressObject[] | undefined): string[] =>
  [to ?? []]
    .flat()
    .flatMap(({ value }) => value)
    .flatMap((entry) => entry.group ?? [entry])
    .flatMap(({ address }) => address ?? []);
