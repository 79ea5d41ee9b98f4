import { demoTenants } from '../demo-tenants.ts';
import type { Actors, Stage } from './actors.ts';
import type { Watch } from './watch.ts';

/** What one run of the story knows so far. */
export interface Story {
  readonly stage: Stage;
  readonly actors: Actors;
  readonly watch: Watch;
  /** Names this run in texts, so that its mails and advisories are told from earlier ones. */
  readonly mark: string;
  detectionId: string;
  incidentId: string;
  evidenceId: string;
  noticeIds: string[];
}

export const [aldermoor, , , unaffected, eastvale] = demoTenants;
/** Eastvale has no security contact: its administrators are told instead. */
export const affected = [aldermoor, eastvale];

/** The grounds of a decision: the reason, and the evidence of the story. */
export const onEvidence = ({ evidenceId }: Story, reason: string) => ({ reason, evidenceIds: [evidenceId] });
