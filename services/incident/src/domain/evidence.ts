import { EvidenceAdded, occurred, type Change, type Environment, type Tlp } from '@tocsin/contracts';
import { InvalidInput, TimeOrderInvalid } from '@tocsin/errors';
import { mustGoOn, type Act } from './act.ts';
import { about, next, type Evidence, type Incident } from './incident.ts';
import { textOf } from './text.ts';

export interface EvidenceOrder {
  readonly evidenceId: string;
  readonly text: string;
  readonly sha256: string;
  readonly environment: Environment;
  /** AMBER if not given. */
  readonly tlp?: Tlp;
  readonly collectedAt: Date;
}

/**
 * Records evidence; from now on decisions may cite it. A closed incident takes it too: that is how it comes to be
 * reopened.
 *
 * Errors: INVALID_INPUT, TIME_ORDER_INVALID, INCIDENT_MERGED.
 */
export function addEvidence(incident: Incident, order: EvidenceOrder, act: Act): Change<Incident, 'incident'> {
  mustGoOn(incident);
  const text = textOf('text', order.text, 10_000);
  const sha256 = order.sha256.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw InvalidInput({ field: 'sha256', reason: 'must be 64 hexadecimal digits' });
  if (order.collectedAt > act.now) throw TimeOrderInvalid({ field: 'collectedAt' });
  const { evidenceId: id, environment, tlp = 'AMBER', collectedAt } = order;
  const added = { addedBy: act.actorId, addedAt: act.now };
  const evidence: Evidence = { id, text, sha256, environment, tlp, collectedAt, ...added };
  const state = next(incident, { evidence: [...incident.evidence, evidence] });
  return { state, events: [evidenceAdded(state, evidence, act.now)] };
}

/** The announcement of evidence that may be cited in the incident from now on. */
export const evidenceAdded = (incident: Incident, { id: evidenceId, environment, sha256 }: Evidence, now: Date) =>
  occurred(EvidenceAdded, { ...about(incident, now), evidenceId, environment, sha256 });
