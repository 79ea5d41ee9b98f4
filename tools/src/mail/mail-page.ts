import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { Mailbox } from './mailbox.ts';
import { listPage, messagePage, missingPage } from './page-html.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

const html = 'text/html; charset=utf-8';
const assets: Readonly<Record<string, string>> = {
  '/page.css': 'text/css; charset=utf-8',
  '/page.js': 'text/javascript; charset=utf-8',
};
const messagePath = /^\/messages\/(?<id>[0-9A-Za-z-]+?)(?<suffix>\.eml)?$/;

/**
 * GET / (list), /messages/<id> (one message), /messages.json and /messages/<id>.eml (for programs). Whatever a
 * message holds, the page runs only its own script; a page of another site that found a way to this address by name
 * is refused.
 */
export function createMailPage(mailbox: Mailbox): Server {
  return createServer((request, response) => {
    answer(mailbox, request).then(
      (result) => send(response, result),
      () => send(response, { status: 500, type: 'text/plain', body: 'The mail folder could not be read.\n' }),
    );
  });
}

async function answer(mailbox: Mailbox, request: IncomingMessage): Promise<Answer> {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    return { status: 403, type: 'text/plain', body: 'Ask for localhost.\n' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, type: 'text/plain', body: 'Only GET.\n' };
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const asset = assets[path];
  if (asset !== undefined)
    return { status: 200, type: asset, body: await readFile(new URL(`../../mail${path}`, import.meta.url)) };
  if (path === '/') return { status: 200, type: html, body: listPage(await mailbox.list()) };
  if (path === '/messages.json')
    return { status: 200, type: 'application/json; charset=utf-8', body: JSON.stringify(await mailbox.list()) };
  const { id, suffix } = messagePath.exec(path)?.groups ?? {};
  const found = id === undefined ? undefined : await one(mailbox, id, suffix !== undefined);
  return found ?? { status: 404, type: html, body: missingPage() };
}

async function one(mailbox: Mailbox, id: string, isSource: boolean): Promise<Answer | undefined> {
  if (isSource) {
    const body = await mailbox.source(id);
    return body && { status: 200, type: 'message/rfc822', body };
  }
  const message = await mailbox.read(id);
  return message && { status: 200, type: html, body: messagePage(id, message) };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(body);
}
