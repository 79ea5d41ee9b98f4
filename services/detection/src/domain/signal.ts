import type { Principal } from '@tocsin/access';
import { isStaff } from '@tocsin/access';
import type { Realm, SignalSource } from '@tocsin/contracts';
import { InvalidInput, TimeOrderInvalid } from '@tocsin/errors';
import { SignalSourceNotYours, SignalTooLarge } from './errors.ts';

/** Something a report is about. */
export interface Asset {
  readonly ref: string;
  readonly realm: Realm;
}

/** What is kept of what was observed: a few fields, or a report's words. At most 64 KB as JSON. */
export interface Attributes {
  readonly title?: string;
  readonly what?: string;
  readonly host?: string | null;
  readonly user?: string | null;
  /** The fields that the matching rules asked for. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The names of fields and entities of which only a part was kept: the beginning, or the first of several values. */
  readonly cut?: readonly string[];
}

/** What a detector or a person told us; never changed. */
export interface Signal {
  readonly id: string;
  readonly version: number;
  readonly source: SignalSource;
  /** The reporter's own name for it; unique with `source`. */
  readonly sourceRef: string;
  /** SHA-256 of the content, by which a repeat is told from a conflict. */
  readonly contentHash: string;
  readonly reporterId: string;
  readonly tenantId: string | null;
  readonly observedAt: Date;
  readonly receivedAt: Date;
  /** What the reporter's clock said, when that was ahead of ours. */
  readonly claimedAt: Date | null;
  readonly assets: readonly Asset[];
  readonly attributes: Attributes;
  /** The detections it raised or joined. */
  readonly detectionIds: readonly string[];
  /** The exercise whose red team did it. */
  readonly exerciseId: string | null;
}

export const longestField = 4_000;
/** Of how many fields something is kept. */
export const mostFields = 12;
const largestReport = 64 * 1024;

/** Which sources each role may claim (D-12): a customer only speaks as a customer. */
export function mayClaim(by: Principal): readonly SignalSource[] {
  if (isStaff(by)) return ['FIRST_PARTY_REPORT', 'VULNERABILITY_REPORT', 'OPERATOR_ESCALATION', 'RED_BLUE_EXERCISE'];
  if (by.roles.includes('DETECTOR')) return ['AUTOMATED_SIGNATURE', 'AUTOMATED_ANOMALY'];
  return by.roles.includes('CUSTOMER_ADMIN') && by.tenantId !== undefined ? ['CUSTOMER_REPORT'] : [];
}

/** A report as it is told. */
export interface Report {
  readonly source: SignalSource;
  readonly title: string;
  readonly what: string;
  readonly observedAt: Date;
  readonly assets: readonly Asset[];
  readonly exerciseId?: string | null;
}

/** Passes, or refuses: SIGNAL_SOURCE_NOT_YOURS, TIME_ORDER_INVALID, INVALID_INPUT, SIGNAL_TOO_LARGE. */
export function checkReport(report: Report, by: Principal, now: Date): void {
  const sources = mayClaim(by);
  if (!sources.includes(report.source)) throw SignalSourceNotYours({ source: report.source, allowed: sources });
  if (report.source === 'RED_BLUE_EXERCISE' && report.exerciseId == null)
    throw InvalidInput({ field: 'exerciseId', reason: 'is needed for RED_BLUE_EXERCISE' });
  if (!isStaff(by) && report.exerciseId != null)
    throw InvalidInput({ field: 'exerciseId', reason: 'is for staff only' });
  if (report.observedAt.getTime() > now.getTime()) throw TimeOrderInvalid({ field: 'observedAt' });
  if (report.title.trim() === '') throw InvalidInput({ field: 'title', reason: 'is empty' });
  if (report.title.length > 200) throw InvalidInput({ field: 'title', reason: 'has more than 200 characters' });
  if (report.what.trim() === '') throw InvalidInput({ field: 'what', reason: 'is empty' });
  for (const [field, text] of textsOf(report)) {
    if (!text.isWellFormed() || text.includes('\0')) throw InvalidInput({ field, reason: 'is not valid text' });
  }
  if (Buffer.byteLength(JSON.stringify(report)) > largestReport) throw SignalTooLarge({ limit: largestReport });
}

const textsOf = ({ title, what, assets }: Report): readonly (readonly [string, string])[] => [
  ['title', title],
  ['what', what],
  ...assets.map(({ ref }, n) => [`assets.${n}.ref`, ref] as const),
];

/** The realm a detection of these assets belongs to: the provider's as soon as one asset is. */
export function realmOf(assets: readonly Asset[]): Realm {
  if (assets.some(({ realm }) => realm === 'PROVIDER')) return 'PROVIDER';
  return assets.length > 0 && assets.every(({ realm }) => realm === 'CUSTOMER') ? 'CUSTOMER' : 'UNKNOWN';
}
