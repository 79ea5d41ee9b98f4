import type { ParsedMail } from 'mailparser';
import type { MessageSummary } from './mailbox.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Mail is foreign input: every value goes through here. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);

const page = (title: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/page.css">
<script src="/page.js" type="module"></script>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;

const notice = `<p class="notice"><strong>Not for production.</strong> This page shows the mail that Tocsin sent on
this machine, to anybody on this machine. It was delivered to nobody.</p>`;

export function listPage(messages: readonly MessageSummary[]): string {
  const rows = messages.map(
    ({ id, from, deliveredTo, subject, date }) => `<tr>
<td>${timeOf(date)}</td>
<td><a href="/messages/${id}">${escapeHtml(subject === '' ? '(no subject)' : subject)}</a></td>
<td>${escapeHtml(deliveredTo.join(', '))}</td>
<td>${escapeHtml(from)}</td>
</tr>`,
  );
  const table = `<table>
<caption>${String(messages.length)} ${messages.length === 1 ? 'message' : 'messages'}, newest first</caption>
<thead><tr><th scope="col">Date</th><th scope="col">Subject</th><th scope="col">To</th><th scope="col">From</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
  return page(
    'Mail sent by Tocsin',
    `<h1>Mail sent by Tocsin</h1>
${notice}
<p id="status" role="status"></p>
<div id="messages">${messages.length === 0 ? '<p>No mail yet.</p>' : table}</div>`,
  );
}

const timeOf = (date: string | null): string =>
  date === null ? '' : `<time datetime="${date}">${date.replace('T', ' ').slice(0, 19)} UTC</time>`;

export function messagePage(id: string, message: ParsedMail): string {
  const headers = message.headerLines.map(({ line }) => {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    return `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`;
  });
  const title = message.subject ?? '(no subject)';
  return page(
    title,
    `<p><a href="/">All messages</a></p>
<h1>${escapeHtml(title)}</h1>
${notice}
<table>
<caption>Headers</caption>
<tbody>
${headers.join('\n')}
</tbody>
</table>
<h2>Text</h2>
<pre>${escapeHtml(message.text ?? '(no text part)')}</pre>
<p><a href="/messages/${id}.eml" download>The message as it was received</a></p>`,
  );
}

export const missingPage = (): string =>
  page('No such message', `<h1>No such message</h1>\n<p><a href="/">All messages</a></p>`);
