import type * as domain from '../domain/signal.ts';
import { recordSignal } from '../signals.ts';
import type { Context } from './loaders.ts';

type RecordSignalInput = domain.Report & { readonly idempotencyKey: string };

export const Mutation = {
  recordSignal: async (_: unknown, { input }: { readonly input: RecordSignalInput }, { command, load }: Context) => {
    const stored = await command('recordSignal', input, async (tx) => {
      const { signal } = await recordSignal(tx, plain(input));
      return {
        signalId: signal.id,
        detectionId: signal.detectionIds[0] ?? '',
        receivedAt: signal.receivedAt.toISOString(),
      };
    });
    return { ...stored, detection: await load.detection.load(stored.detectionId) };
  },
};

export const Signal = {
  skewed: ({ claimedAt }: domain.Signal) => claimedAt !== null,
  title: ({ attributes }: domain.Signal) => attributes.title,
  what: ({ attributes }: domain.Signal) => attributes.what,
  host: ({ attributes }: domain.Signal) => attributes.host,
  user: ({ attributes }: domain.Signal) => attributes.user,
  fields: ({ attributes: { fields = {}, cut = [] } }: domain.Signal) =>
    Object.entries(fields).map(([name, value]) => ({ name, value, cut: cut.includes(name) })),
};

/** GraphQL's input objects have no prototype; what is hashed and stored is made of plain ones. */
const plain = (input: RecordSignalInput): RecordSignalInput => ({
  ...input,
  assets: input.assets.map(({ ref, realm }) => ({ ref, realm })),
});
