import type { Transaction } from '@tocsin/database';
import type { RequestContext } from '@tocsin/subgraph';
import type { Classification } from '../domain/classification.ts';

export type Context = RequestContext<Record<string, never>>;

/** A mutation that runs one use case and answers with the state after it. */
export const mutation =
  <I>(name: string, useCase: (tx: Transaction, input: I) => Promise<Classification>) =>
  (_: unknown, { input }: { readonly input: I & { readonly idempotencyKey: string } }, { command }: Context) =>
    command(name, input, async (tx) => ({ incidentId: (await useCase(tx, input)).id }));
