import type { Decision } from '@tocsin/contracts';
import { createLoader, type Read, type RequestContext } from '@tocsin/subgraph';
import { listOpenConflicts } from '../conflicts.ts';
import type { Incident } from '../domain/incident.ts';
import type { KnownFacts } from '../domain/known-facts.ts';
import type { PageContact } from '../domain/page-contact.ts';
import type { PlanDelivery } from '../domain/plan-delivery.ts';
import {
  listKnownFacts,
  listPageAcknowledgements,
  listPlanDeliveries,
  listResponsibilityDecisions,
  listVisible,
} from '../incident-reads.ts';
import { listPageContacts } from '../page-contacts.ts';
import { listPages, type PageWithMessages } from '../page-reads.ts';
import { listEvidence, type VisibleEvidence } from '../evidence-reads.ts';
import { listPostMortems, type VisiblePostMortem } from '../post-mortem-reads.ts';
import type { KnownConflict } from '../store/known-conflict-table.ts';
import { createTimelineLoader } from './timeline.ts';
import type { Transfer } from '../domain/transfer.ts';
import { listTransfers } from '../transfer-reads.ts';

/** Something about the incident, or the person, of this id. */
interface Of<T> {
  readonly id: string;
  readonly value: T;
}

export interface Loaders {
  readonly incident: (id: string) => Promise<Incident | null>;
  /** As it is after a command; what the request read before is forgotten. */
  readonly changedIncident: (id: string) => Promise<Incident | null>;
  readonly responsibilityDecisions: (incidentId: string) => Promise<Of<readonly Decision[]> | null>;
  readonly knownFacts: (incidentId: string) => Promise<Of<KnownFacts> | null>;
  readonly openConflicts: (incidentId: string) => Promise<Of<readonly KnownConflict[]> | null>;
  readonly evidence: (incidentId: string) => Promise<Of<readonly VisibleEvidence[]> | null>;
  readonly transfers: (incidentId: string) => Promise<Of<readonly Transfer[]> | null>;
  readonly postMortem: (incidentId: string) => Promise<VisiblePostMortem | null>;
  readonly timeline: ReturnType<typeof createTimelineLoader>;
  readonly planDeliveries: (incidentId: string) => Promise<Of<readonly PlanDelivery[]> | null>;
  readonly pages: (incidentId: string) => Promise<Of<readonly PageWithMessages[]> | null>;
  /** When somebody took the page of the incident's opening. */
  readonly pageAcknowledged: (incidentId: string) => Promise<Of<Date> | null>;
  readonly pageContact: (principalId: string) => Promise<Of<PageContact> | null>;
  /** As it is after a command. */
  readonly changedPageContact: (principalId: string) => Promise<Of<PageContact> | null>;
}

export type Context = RequestContext<Loaders>;

/** One query for each kind of thing and request. */
export function createLoaders(read: Read): Loaders {
  const incidents = createLoader((ids) => read((tx) => listVisible(tx, ids)));
  const decisions = createLoader<Of<readonly Decision[]>>((ids) => read((tx) => listResponsibilityDecisions(tx, ids)));
  const known = createLoader<Of<KnownFacts>>((ids) => read((tx) => listKnownFacts(tx, ids)));
  const conflicts = createLoader<Of<readonly KnownConflict[]>>((ids) => read((tx) => listOpenConflicts(tx, ids)));
  const evidence = createLoader<Of<readonly VisibleEvidence[]>>((ids) => read((tx) => listEvidence(tx, ids)));
  const transfers = createLoader<Of<readonly Transfer[]>>((ids) => read((tx) => listTransfers(tx, ids)));
  const postMortems = createLoader<VisiblePostMortem>((ids) => read((tx) => listPostMortems(tx, ids)));
  const planDeliveries = createLoader<Of<readonly PlanDelivery[]>>((ids) => read((tx) => listPlanDeliveries(tx, ids)));
  const pages = createLoader<Of<readonly PageWithMessages[]>>((ids) => read((tx) => listPages(tx, ids)));
  const acknowledged = createLoader<Of<Date>>((ids) => read((tx) => listPageAcknowledgements(tx, ids)));
  const pageContacts = createLoader<Of<PageContact>>((ids) => read((tx) => listPageContacts(tx, ids)));
  return {
    incident: (id) => incidents.load(id),
    changedIncident: (id) => {
      const about = [
        decisions,
        known,
        conflicts,
        evidence,
        transfers,
        postMortems,
        planDeliveries,
        pages,
        acknowledged,
      ];
      for (const loader of about) loader.clear(id);
      return incidents.clear(id).load(id);
    },
    responsibilityDecisions: (id) => decisions.load(id),
    knownFacts: (id) => known.load(id),
    openConflicts: (id) => conflicts.load(id),
    evidence: (id) => evidence.load(id),
    transfers: (id) => transfers.load(id),
    postMortem: (id) => postMortems.load(id),
    timeline: createTimelineLoader(read),
    planDeliveries: (id) => planDeliveries.load(id),
    pages: (id) => pages.load(id),
    pageAcknowledged: (id) => acknowledged.load(id),
    pageContact: (principalId) => pageContacts.load(principalId),
    changedPageContact: (principalId) => pageContacts.clear(principalId).load(principalId),
  };
}
