import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Outcome } from '../domain/delivery.ts';
import { submitMail } from './smtp.ts';

const host = '127.0.0.1';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const mail = {
  from: 'notices@provider.example',
  to: 'it@x.example',
  messageId: '<d1@mail.example>',
  subject: 'Notice of a data breach',
  text: 'To Contoso',
  date: new Date('2026-11-20T09:00:00Z'),
};

/** A mail server with the behaviour under test, and the messages that it took. */
async function aServer(options: SMTPServerOptions = {}): Promise<{ url: string; taken: string[] }> {
  const taken: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        taken.push(Buffer.concat(chunks).toString());
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  const { port } = await listen(server.server);
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `smtp://${host}:${port}`, taken };
}

const listen = (server: Server): Promise<AddressInfo> =>
  new Promise((resolve) => {
    server.listen(0, host, () => resolve(server.address() as AddressInfo));
  });

/** Speaks just enough SMTP to reach the moment at which `fault` strikes: once the final dot was read, or before that. */
async function aFaultyServer(at: 'MAIL FROM' | 'DATA' | 'dot', fault: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('220 faulty\r\n');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (at === 'dot' ? text.endsWith('\r\n.\r\n') : text.includes(at)) fault(socket);
      else if (text.endsWith('DATA\r\n')) socket.write('354 go on\r\n');
      else if (text.includes('DATA\r\n')) return;
      else socket.write('250 ok\r\n');
    });
  });
  const { port } = await listen(server);
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return `smtp://${host}:${port}`;
}

const refusing = (code: number) => Object.assign(new Error('refused'), { responseCode: code });
const deferred = (replyCode: number | null): Outcome => ({ kind: 'deferred', replyCode, soon: replyCode === null });
const drop = (socket: Socket): void => void socket.destroy();
const hang = (): void => undefined;

describe('what a talk with the mail server shows', () => {
  it('250 after the dot is accepted, and the mail is what was composed', async () => {
    const { url, taken } = await aServer();
    expect(await submitMail(url, mail)).toEqual({ kind: 'accepted', replyCode: 250 });
    expect(taken).toHaveLength(1);
    for (const line of ['Message-ID: <d1@mail.example>', 'Auto-Submitted: auto-generated', 'To Contoso'])
      expect(taken[0]).toContain(line);
  });

  it.each([
    [550, { kind: 'bounced', replyCode: 550 }],
    [450, deferred(450)],
  ] as const)('%d to RCPT', async (code, outcome) => {
    const { url, taken } = await aServer({ onRcptTo: (_to, _session, done) => done(refusing(code)) });
    expect(await submitMail(url, mail)).toEqual(outcome);
    expect(taken).toEqual([]);
  });

  it.each([
    [554, { kind: 'bounced', replyCode: 554 }],
    [452, deferred(452)],
  ] as const)('%d after the dot', async (code, outcome) => {
    const { url } = await aServer({
      onData: (stream, _session, done) => stream.on('end', () => done(refusing(code))).resume(),
    });
    expect(await submitMail(url, mail)).toEqual(outcome);
  });

  it.each([550, 451])('%d to MAIL FROM is about ourselves, not the recipient: deferred', async (code) => {
    const { url } = await aServer({ onMailFrom: (_from, _session, done) => done(refusing(code)) });
    expect(await submitMail(url, mail)).toEqual(deferred(code));
  });

  it('a refused connection is deferred, soon', async () => {
    const server = createServer();
    const { port } = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await submitMail(`smtp://${host}:${port}`, mail)).toEqual(deferred(null));
  });

  it.each(['MAIL FROM', 'DATA'] as const)('dropped at %s, before our text was read, is deferred, soon', async (at) => {
    expect(await submitMail(await aFaultyServer(at, drop), mail)).toEqual(deferred(null));
  });

  it('E-12 dropped once the text was read is in doubt', async () => {
    expect(await submitMail(await aFaultyServer('dot', drop), mail)).toEqual({ kind: 'in-doubt' });
  });

  it('E-12 a server that says nothing after the dot is in doubt', async () => {
    const url = await aFaultyServer('dot', hang);
    expect(await submitMail(url, mail, { silenceMs: 200 })).toEqual({ kind: 'in-doubt' });
  });

  it('a server that says nothing before the text is deferred, soon', async () => {
    const url = await aFaultyServer('MAIL FROM', hang);
    expect(await submitMail(url, mail, { silenceMs: 200 })).toEqual(deferred(null));
  });
});
