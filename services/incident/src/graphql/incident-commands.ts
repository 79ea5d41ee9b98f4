import { randomUUID } from 'node:crypto';
import type { Disposition, Environment, Responsibility, Stage, StaffRole, Tlp } from '@tocsin/contracts';
import type { Transaction } from '@tocsin/database';
import type { Resolvers } from '@tocsin/subgraph';
import * as incidents from '../incidents.ts';
import type { Context } from './context.ts';

/** What every command's input has. */
export interface Input extends incidents.IncidentTarget {
  readonly idempotencyKey: string;
}
export interface DecisionInput extends Input {
  readonly reason: string;
  readonly evidenceIds: readonly string[];
}
interface AssignInput extends DecisionInput {
  readonly role: StaffRole;
  readonly principalId: string;
  readonly environments: readonly Environment[];
  readonly until?: Date | null;
}
interface DecideResponsibilityInput extends DecisionInput {
  readonly responsibility: Responsibility;
  readonly tenantIds?: readonly string[] | null;
}
interface AddEvidenceInput extends Input {
  readonly text: string;
  readonly sha256: string;
  readonly environment: Environment;
  readonly tlp: Tlp;
  readonly collectedAt: Date;
}
interface VerifyContainmentInput extends Input {
  readonly customerRisk?: string | null;
  readonly businessRisk?: string | null;
  readonly evidenceIds: readonly string[];
}

/** Runs one command about an incident; the payload is the incident as it is now. */
export const commanding =
  <I extends Input>(name: string, work: (tx: Transaction, input: I) => Promise<unknown>) =>
  async (_: unknown, { input }: { input: I }, { command, load }: Context) => {
    await command(name, input, async (tx) => {
      await work(tx, input);
      return { incidentId: input.incidentId };
    });
    return { incident: await load.changedIncident(input.incidentId) };
  };

/** The same for a command that makes something: the payload names its id, also when the command is repeated. */
export const creating =
  <I extends Input>(name: string, idName: string, work: (tx: Transaction, input: I, id: string) => Promise<unknown>) =>
  async (_: unknown, { input }: { input: I }, { command, load }: Context) => {
    const { id } = await command(name, input, async (tx) => {
      const newId = randomUUID();
      await work(tx, input, newId);
      return { id: newId };
    });
    return { [idName]: id, incident: await load.changedIncident(input.incidentId) };
  };

/** The mutations about incidents. */
export const incidentCommandResolvers: Resolvers<Context> = {
  Mutation: {
    assign: commanding<AssignInput>('assign', (tx, input) =>
      incidents.assignMember(tx, { ...input, until: input.until ?? null }),
    ),
    decideResponsibility: commanding<DecideResponsibilityInput>('decideResponsibility', (tx, input) =>
      incidents.decideTheResponsibility(tx, { ...input, tenantIds: input.tenantIds ?? null }),
    ),
    addEvidence: creating<AddEvidenceInput>('addEvidence', 'evidenceId', (tx, input, evidenceId) =>
      incidents.recordEvidence(tx, { ...input, evidenceId }),
    ),
    advanceStage: commanding<DecisionInput & { readonly to: Stage }>('advanceStage', incidents.advanceStage),
    verifyContainment: commanding<VerifyContainmentInput>('verifyContainment', (tx, input) => {
      const { customerRisk = null, businessRisk = null } = input;
      return incidents.verifyTheContainment(tx, { ...input, customerRisk, businessRisk });
    }),
    closeIncident: commanding<DecisionInput & { readonly disposition: Disposition }>(
      'closeIncident',
      incidents.closeIncident,
    ),
    reopenIncident: commanding<DecisionInput>('reopenIncident', incidents.reopenIncident),
  },
};
