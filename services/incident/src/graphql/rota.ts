import { randomUUID } from 'node:crypto';
import type { StaffRole } from '@tocsin/contracts';
import type { Resolvers } from '@tocsin/subgraph';
import type { OverrideOrder, Rota, RotaLayer, RotaPlan } from '../domain/rota.ts';
import type { Span } from '../domain/shifts.ts';
import type { GapSettings } from '../rota-gap-alarms.ts';
import * as reads from '../rota-reads.ts';
import * as rotas from '../rotas.ts';
import type { Context } from './context.ts';

interface Input {
  readonly idempotencyKey: string;
  readonly expectedVersion: number;
}
interface SaveRotaInput extends Input, Omit<RotaPlan, 'layers'> {
  readonly role: StaffRole;
  readonly layers: readonly (Omit<RotaLayer, 'zone'> & { readonly zone?: string | null })[];
}
interface OverrideOnCallInput extends Input, Omit<OverrideOrder, 'principalId'> {
  readonly rotaId: string;
  readonly principalId?: string | null;
}
interface RemoveOverrideInput extends Input {
  readonly rotaId: string;
  readonly overrideId: string;
}
interface RetireRotaInput extends Input {
  readonly rotaId: string;
  readonly reason: string;
}
interface PageArgs {
  readonly first: number;
  readonly after?: string | null;
}

const rotaNow = async (id: string, { read }: Context) => ({ rota: await read((tx) => reads.findRota(tx, id)) });

/** On-call rotas, and the alarms about their gaps. */
export const createRotaResolvers = (settings: GapSettings): Resolvers<Context> => ({
  Query: {
    rotas: (_: unknown, { first, after, retired }: PageArgs & { retired: boolean }, { read }) =>
      read((tx) => reads.pageRotas(tx, { first, after: after ?? null, retired })),
    rota: (_: unknown, { id }: { id: string }, { read }) => read((tx) => reads.findRota(tx, id)),
    onCall: (_: unknown, { role, at }: { role: StaffRole; at?: Date | null }, { read }) =>
      read((tx) => reads.findOnCall(tx, role, at ?? undefined)),
    rotaGapAlarms: (_: unknown, { first, after, open }: PageArgs & { open?: boolean | null }, { read }) =>
      read((tx) => reads.pageRotaGapAlarms(tx, { first, after: after ?? null, open: open ?? null })),
  },
  Rota: {
    shifts: (rota: Rota, span: Span, { read }) => read((tx) => reads.listShifts(tx, rota, span)),
    gaps: (rota: Rota, span: Span, { read }) => read((tx) => reads.listGaps(tx, rota, span)),
  },
  Mutation: {
    saveRota: async (_: unknown, { input }: { input: SaveRotaInput }, context: Context) => {
      const layers = input.layers.map((layer) => ({ ...layer, zone: layer.zone ?? null }));
      const { id } = await context.command('saveRota', input, async (tx) => ({
        id: (await rotas.saveRota(tx, { ...input, layers }, settings)).id,
      }));
      return rotaNow(id, context);
    },
    overrideOnCall: async (_: unknown, { input }: { input: OverrideOnCallInput }, context: Context) => {
      const { overrideId } = await context.command('overrideOnCall', input, async (tx) => {
        const order = { ...input, principalId: input.principalId ?? null, overrideId: randomUUID() };
        await rotas.overrideOnCall(tx, order, settings);
        return { overrideId: order.overrideId };
      });
      return { overrideId, ...(await rotaNow(input.rotaId, context)) };
    },
    removeOverride: async (_: unknown, { input }: { input: RemoveOverrideInput }, context: Context) => {
      const { rotaId } = input;
      await context.command('removeOverride', input, async (tx) => {
        await rotas.removeOverride(tx, input, settings);
        return { rotaId };
      });
      return rotaNow(rotaId, context);
    },
    retireRota: async (_: unknown, { input }: { input: RetireRotaInput }, context: Context) => {
      const { rotaId } = input;
      await context.command('retireRota', input, async (tx) => {
        await rotas.retireRota(tx, input, settings);
        return { rotaId };
      });
      return rotaNow(rotaId, context);
    },
  },
});
