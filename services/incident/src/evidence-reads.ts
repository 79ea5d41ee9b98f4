import type { Transaction } from '@tocsin/database';
import type { CustodyEntry } from './domain/custody.ts';
import { environmentsIn, type Evidence, type Incident } from './domain/incident.ts';
import { custodyStore } from './store/custody-store.ts';
import { evidenceFileStore } from './store/evidence-file-store.ts';
import type { EvidenceFile } from './store/evidence-file-table.ts';
import { incidentStore } from './store/incident-store.ts';

/** A piece of evidence as the principal may see it. */
export interface VisibleEvidence extends Omit<Evidence, 'text'> {
  /** Content like the file: null without its environment. */
  readonly text: string | null;
  /** Null before the upload, and after the destruction. */
  readonly file: EvidenceFile | null;
  readonly custody: readonly CustodyEntry[];
}

/** The evidence of incidents; ask only for incidents that the principal may see. */
export async function listEvidence(
  tx: Transaction,
  incidentIds: readonly string[],
): Promise<{ readonly id: string; readonly value: readonly VisibleEvidence[] }[]> {
  const incidents = await incidentStore(tx).list(incidentIds);
  const evidenceIds = incidents.flatMap(({ evidence }) => evidence.map(({ id }) => id));
  const files = await evidenceFileStore(tx).list(evidenceIds);
  const custody = await custodyStore(tx).list(evidenceIds);
  return incidents.map((incident) => ({
    id: incident.id,
    value: incident.evidence.map((evidence) => toVisible(tx, incident, evidence, { files, custody })),
  }));
}

function toVisible(
  tx: Transaction,
  incident: Incident,
  evidence: Evidence,
  all: { readonly files: readonly EvidenceFile[]; readonly custody: readonly CustodyEntry[] },
): VisibleEvidence {
  const custody = all.custody.filter(({ id }) => id === evidence.id);
  const file = all.files.find(({ evidenceId }) => evidenceId === evidence.id) ?? null;
  return {
    ...evidence,
    text: environmentsIn(incident, tx.by, tx.now).includes(evidence.environment) ? evidence.text : null,
    file: custody.at(-1)?.act === 'DESTROYED' ? null : file,
    custody,
  };
}
