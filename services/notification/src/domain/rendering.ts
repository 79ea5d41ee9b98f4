import { createHash } from 'node:crypto';
import { linesOf, type CitedAction } from './measures.ts';

/** What the customer is told; the content GDPR 33(3) needs, for its own tenant (`domain.md` section 10). */
export const requiredFields = ['nature', 'dataCategories', 'consequences', 'measures', 'contactPoint'] as const;
export type RequiredField = (typeof requiredFields)[number];

export type NoticeFields = Readonly<Record<RequiredField, string>> & {
  /** What the customer should do; at least one. */
  readonly recommendedActions: readonly string[];
};

/** A detail that follows later; allowed in INITIAL and FOLLOW_UP notices (R-87, I-29). */
export const notYetKnown = 'NOT_YET_KNOWN';

/** What a notice may be rendered from: this tenant's slice, and nothing else (I-26). */
export interface Slice {
  readonly tenantName: string;
  readonly subscriptionIds: readonly string[];
  readonly phase: string;
  readonly fields: NoticeFields;
  readonly cited: readonly CitedAction[];
}

const titles: Readonly<Record<RequiredField, string>> = {
  nature: 'What happened',
  dataCategories: 'Data concerned',
  consequences: 'Likely consequences',
  measures: 'Measures taken and proposed',
  contactPoint: 'Where to get more information',
};

/** The notice's text and its digest; approval is given to exactly these bytes. */
export function renderNotice(slice: Slice): { body: string; sha256: string } {
  const { tenantName, subscriptionIds, phase, fields } = slice;
  const sections = requiredFields.map((name) => [titles[name], sayUnknown(fields[name]), ...below(name, slice)]);
  const body = [
    `To ${tenantName}`,
    `Notice of a data breach (${phase.toLowerCase()})`,
    '',
    ...sections.slice(0, -1).flatMap((section) => [...section, '']),
    'What you should do',
    ...fields.recommendedActions.map((action) => `- ${action}`),
    '',
    'Your affected subscriptions',
    ...subscriptionIds.map((id) => `- ${id}`),
    '',
    ...sections.slice(-1).flat(),
    '',
  ].join('\n');
  return { body, sha256: createHash('sha256').update(body).digest('hex') };
}

const below = (name: RequiredField, { cited }: Slice): readonly string[] => (name === 'measures' ? linesOf(cited) : []);

const sayUnknown = (text: string): string =>
  text === notYetKnown ? 'Not yet known. We will tell you as soon as we know.' : text;
