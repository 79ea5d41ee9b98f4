import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startMailSink, type MailSink } from './mail.ts';

let directory: string;
let sink: MailSink;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tocsin-mail-'));
  sink = await startMailSink({ directory, smtpPort: 0, pagePort: 0 });
});

afterEach(async () => {
  await sink.stop();
  await rm(directory, { recursive: true });
});

/** Speaks SMTP by hand; `onAnswer` runs the moment the final answer arrives. Resolves to that answer. */
async function send(message: string, onAnswer: () => void | Promise<void> = () => undefined): Promise<string> {
  const { hostname, port } = new URL(sink.smtpUrl);
  const socket = connect(Number(port), hostname);
  const steps = ['EHLO here', 'MAIL FROM:<notice@tocsin.example>', 'RCPT TO:<ciso@customer.example>', 'DATA'];
  let last = '';
  for await (const line of createInterface(socket)) {
    if (line.startsWith('250-')) continue;
    last = line;
    const step = steps.shift();
    if (step !== undefined) socket.write(`${step}\r\n`);
    else if (line.startsWith('354')) socket.write(`${message.replaceAll('\n', '\r\n')}\r\n.\r\n`);
    else break;
  }
  await onAnswer();
  socket.destroy();
  return last;
}

const notice = (subject = 'Initial notification'): string =>
  [
    'From: Tocsin <notice@tocsin.example>',
    'To: CISO <ciso@customer.example>',
    `Subject: ${subject}`,
    'Date: Wed, 25 Nov 2026 09:00:00 +0000',
    'Message-ID: <n-1@tocsin.example>',
    '',
    'Body <img src=x onerror=alert(1)> & more',
  ].join('\n');

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** Without the tidying of paths that fetch does, so that `..` arrives as written. */
function get(path: string, headers: NodeJS.Dict<string> = {}): Promise<Answer> {
  const { hostname, port } = new URL(sink.pageUrl);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    });
    outgoing.on('error', reject).end();
  });
}

const messages = async (): Promise<{ id: string }[]> =>
  JSON.parse((await get('/messages.json')).body) as { id: string }[];

describe('the mail sink', () => {
  it('has the message on the disk, complete, by the time it says 250', async () => {
    let kept: string[] = [];
    const answer = await send(notice(), async () => {
      kept = await readdir(directory);
    });
    expect(answer).toMatch(/^250 /);
    expect(kept).toEqual([expect.stringMatching(/\.eml$/)]);
    expect(await readFile(join(directory, kept[0] ?? ''), 'utf8')).toContain(notice().replaceAll('\n', '\r\n'));
  });

  it('does not say 250 when the message cannot be kept', async () => {
    await rm(directory, { recursive: true });
    await writeFile(directory, 'a file where the folder was');
    expect(await send(notice())).toMatch(/^451 /);
  });

  it('refuses a message of more than 10 MB', async () => {
    expect(await send(`${notice()}\n${'x'.repeat(11 * 1024 * 1024)}`)).toMatch(/^552 /);
    expect(await readdir(directory)).toEqual([]);
  });

  it('tells programs about messages, newest first, also after it was started again', async () => {
    await send(notice('first'));
    await send(notice('second'));
    await sink.stop();
    sink = await startMailSink({ directory, smtpPort: 0, pagePort: 0 });
    const listed = await messages();
    expect(listed).toEqual([
      expect.objectContaining({ subject: 'second' }),
      expect.objectContaining({ subject: 'first' }),
    ]);
    expect(listed[0]).toMatchObject({
      from: '"Tocsin" <notice@tocsin.example>',
      to: ['ciso@customer.example'],
      date: '2026-11-25T09:00:00.000Z',
      messageId: '<n-1@tocsin.example>',
    });
    const source = await get(`/messages/${listed[0]?.id ?? ''}.eml`);
    expect(source.headers['content-type']).toBe('message/rfc822');
    expect(source.body).toContain('Subject: second');
  });
});

describe('the mail page', () => {
  it('shows what mail says as text, never as markup', async () => {
    await send(notice('<script>alert(1)</script>'));
    const [message] = await messages();
    for (const path of ['/', `/messages/${message?.id ?? ''}`]) {
      const { body, headers } = await get(path);
      expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(body).not.toMatch(/<script>|<img/);
      expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
    }
  });

  it('says that it is not for production', async () => {
    expect((await get('/')).body).toContain('Not for production');
  });

  it.each([
    '/messages/../secret.eml',
    '/messages/..%2fsecret.eml',
    '/messages/%2e%2e%2fsecret.eml',
    '/messages/secret.eml',
  ])('gives no file but a message: %s', async (path) => {
    await writeFile(join(directory, 'secret.eml'), 'secret');
    await writeFile(join(directory, '..', 'secret.eml'), 'secret');
    expect((await get(path)).status).toBe(404);
    await rm(join(directory, '..', 'secret.eml'));
  });

  it('is closed to a page of another site that points its own name here', async () => {
    expect((await get('/messages.json', { host: 'attacker.example' })).status).toBe(403);
  });
});
