import { digestOf, type Replay, type Suppression } from '../domain/suppression.ts';
import { idOf, now } from './a-detection.ts';

/* What specs of suppressions begin with. */

export const aFilter = "backup:\n  User|endswith: '\\svc-backup'\ncondition: backup\n";
const day = 24 * 3_600_000;
export const inDays = (n: number): Date => new Date(now.getTime() + n * day);

export const aReplay = (patch: Partial<Replay> = {}): Replay => ({
  lookedAt: 12,
  matched: 7,
  truePositivesHidden: 0,
  level: 'HIGH',
  filterDigest: digestOf(aFilter),
  at: now.toISOString(),
  ...patch,
});

/** One that lacks nothing but the second person. */
export const aSuppression = (patch: Partial<Suppression> = {}): Suppression => ({
  id: idOf(30),
  version: 2,
  detectorId: idOf(2),
  filter: aFilter,
  rootCause: 'NORMAL_BUSINESS_PRACTICE',
  state: 'PROPOSED',
  owner: 'user:eng',
  expiresAt: inDays(30),
  taskId: null,
  replay: aReplay(),
  proposedBy: 'user:eng',
  proposedAt: now,
  activatedBy: null,
  ...patch,
});

export const anActive = (patch: Partial<Suppression> = {}): Suppression =>
  aSuppression({ state: 'ACTIVE', activatedBy: 'user:second', ...patch });
