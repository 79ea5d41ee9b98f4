import type { ConflictKind, PageKind } from '@tocsin/contracts';
import type { PageContact } from './domain/page-contact.ts';
import type { PageMessage } from './domain/page-message.ts';
import type { Page } from './domain/page.ts';

/** What is needed to send one message. */
export interface Call {
  readonly message: PageMessage;
  readonly page: Page;
  readonly contact: PageContact | null;
  readonly incidentNumber: number | null;
  /** A drill; whoever is called should know it. */
  readonly isExercise: boolean;
  /** What the page of a conflict is about; null for other pages. */
  readonly conflictKind: ConflictKind | null;
  /** When the attempt began, by the database. */
  readonly now: Date;
}

const reasons: Readonly<Record<PageKind, string>> = {
  INCIDENT_OPENED: 'An incident was opened and waits for you',
  CONFLICT: 'Decisions contradict each other; somebody must decide',
  ROTA_GAP: 'Nobody is on call for a time that begins soon',
  HOLD_REVIEW: 'A hold of notices was not reviewed in time; renew it or release it',
};

const mayBeReal = 'An incident is marked as an exercise and was seen outside of it: it may be real';

const reasonOf = ({ page, isExercise, conflictKind }: Call): string =>
  conflictKind === 'EXERCISE_BUT_REAL' ? mayBeReal : `${isExercise ? 'Exercise: ' : ''}${reasons[page.kind]}`;

const abouts: Readonly<Record<PageKind, string>> = {
  INCIDENT_OPENED: 'Incident: ',
  CONFLICT: 'Conflict: ',
  ROTA_GAP: 'Alarm:    ',
  HOLD_REVIEW: 'Hold:     ',
};

/** The mail of a page. It passes through other people's servers: it holds numbers and ids, and no word of the incident. */
export function renderPageMail(call: Call): { subject: string; text: string } {
  const { page, incidentNumber, message, conflictKind } = call;
  const incident = incidentNumber === null ? '' : `, incident ${String(incidentNumber)}`;
  const text = [
    `${reasonOf(call)}.`,
    'Acknowledge the page with acknowledgePage, or somebody else is called.',
    '',
    `Page:     ${page.id}`,
    `${abouts[page.kind]}${page.subjectId}`,
    ...(conflictKind === null ? [] : [`Kind:     ${conflictKind}`]),
    ...(page.kind === 'CONFLICT' || page.kind === 'HOLD_REVIEW' ? [`Incident: ${String(page.incidentId)}`] : []),
    `Call:     round ${String(message.round)}, step ${String(message.step)}`,
    '',
  ];
  return { subject: `Tocsin page ${String(page.number)}${incident}`, text: text.join('\n') };
}

/** The body of a page's webhook (Standard Webhooks): thin, and the same for every attempt. */
export const renderPageWebhook = ({ page, incidentNumber, isExercise, conflictKind, message }: Call): string =>
  JSON.stringify({
    type: 'tocsin.page',
    timestamp: message.plannedAt.toISOString(),
    data: {
      pageId: page.id,
      incidentNumber,
      kind: page.kind,
      subjectId: page.subjectId,
      step: message.step,
      ...(isExercise && { exercise: true }),
      ...(conflictKind !== null && { conflictKind }),
    },
  });
