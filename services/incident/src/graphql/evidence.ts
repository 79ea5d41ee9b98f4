import { DomainError } from '@tocsin/errors';
import type { Resolvers } from '@tocsin/subgraph';
import type { CustodyEntry, RecordedAct } from '../domain/custody.ts';
import { EvidenceDestroyed } from '../domain/errors.ts';
import type { Incident } from '../domain/incident.ts';
import type { EvidenceStorage } from '../edge/evidence-storage.ts';
import { offerUpload, openEvidence, recordCustody, type EvidenceTarget } from '../evidence-custody.ts';
import type { TicketSigner } from '../file-tickets.ts';
import type { Context } from './context.ts';

interface Input extends EvidenceTarget {
  readonly idempotencyKey: string;
}
interface ReasonInput extends Input {
  readonly reason: string;
}
interface RecordCustodyInput extends ReasonInput {
  readonly act: RecordedAct;
}

/** What is read of evidence. */
export const evidenceResolvers: Resolvers<Context> = {
  Incident: {
    evidence: async ({ id }: Incident, _: unknown, { load }) => (await load.evidence(id))?.value ?? [],
  },
  CustodyEntry: {
    n: ({ version }: CustodyEntry) => version,
  },
};

/** The commands that need the files port or the storage behind it. */
export const evidenceCommandResolvers = (sign: TicketSigner, storage: EvidenceStorage): Resolvers<Context> => ({
  Mutation: {
    uploadEvidence: async (_: unknown, { input }: { input: Input }, { by, command }: Context) =>
      sign(by, await command('uploadEvidence', input, (tx) => offerUpload(tx, input))),
    openEvidence: async (_: unknown, { input }: { input: ReasonInput }, { by, command }: Context) =>
      sign(by, await command('openEvidence', input, (tx) => openEvidence(tx, input))),
    recordCustody: async (_: unknown, { input }: { input: RecordCustodyInput }, { command, load }: Context) => {
      const recording = command('recordCustody', input, (tx) => recordCustody(tx, input));
      const { incidentId } = input.act === 'DESTROYED' ? await removing(storage, recording) : await recording;
      return { incident: await load.changedIncident(incidentId) };
    },
  },
});

/**
 * Removes the bytes after the commit, and whenever somebody who may handle the evidence records its destruction again,
 * by the same key or another: the first time the storage may have been away, or the service killed.
 */
async function removing<T extends { readonly evidenceId: string }>(
  storage: EvidenceStorage,
  recording: Promise<T>,
): Promise<T> {
  const recorded = await recording.catch(async (error: unknown) => {
    const destroyed =
      error instanceof DomainError && error.code === EvidenceDestroyed.code && error.details['evidenceId'];
    if (typeof destroyed === 'string') await storage.remove(destroyed);
    throw error;
  });
  // By the id as it is recorded: the caller may spell it otherwise, and bytes have one name.
  await storage.remove(recorded.evidenceId);
  return recorded;
}
