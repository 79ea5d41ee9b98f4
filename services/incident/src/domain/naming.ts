import {
  IncidentRenamed,
  occurred,
  TlpChanged,
  type Change,
  type DetectionLevel,
  type SignalSource,
  type Tlp,
} from '@tocsin/contracts';
import { actingAs, decided, mustBeGrounded, type Act, type Grounds } from './act.ts';
import { about, next, type Incident } from './incident.ts';
import { textOf } from './text.ts';

const firstTitles: Readonly<Record<SignalSource, string>> = {
  AUTOMATED_SIGNATURE: 'A rule matched',
  AUTOMATED_ANOMALY: 'An anomaly was detected',
  FIRST_PARTY_REPORT: 'Reported by our own people',
  VULNERABILITY_REPORT: 'A vulnerability was reported',
  CUSTOMER_REPORT: 'Reported by a customer',
  RED_BLUE_EXERCISE: 'Activity of an exercise',
  OPERATOR_ESCALATION: 'Escalated by an operator',
};

/** What an incident is called until somebody knows better: all that its detection tells. */
export const firstTitle = (source: SignalSource, level: DetectionLevel | undefined): string =>
  level === undefined ? firstTitles[source] : `${firstTitles[source]} (${level})`;

/** Calls the incident by another name, open or closed. Errors: INVALID_INPUT. */
export function rename(incident: Incident, order: { readonly title: string }, act: Act): Change<Incident, 'incident'> {
  const state = next(incident, { title: textOf('title', order.title, 200) });
  return { state, events: [occurred(IncidentRenamed, about(state, act.now))] };
}

export interface TlpOrder extends Grounds {
  readonly tlp: Tlp;
}

/** Decides with whom the incident may be shared. Errors: REASON_REQUIRED, EVIDENCE_UNKNOWN. */
export function setTlp(incident: Incident, order: TlpOrder, act: Act): Change<Incident, 'incident'> {
  const { tlp } = order;
  const role = actingAs(act, ['INCIDENT_MANAGER']);
  mustBeGrounded(incident, order);
  return {
    state: next(incident, { tlp }),
    events: [occurred(TlpChanged, { ...about(incident, act.now), tlp })],
    decisions: [decided(act, role, 'tlp', tlp, order)],
  };
}
