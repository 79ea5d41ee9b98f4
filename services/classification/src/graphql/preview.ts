import type { RequestContext, Resolvers } from '@tocsin/subgraph';
import { previewSeverity, previewVerdict } from '../previews.ts';

type Context = RequestContext<Record<string, never>>;

/** The effect of inputs, without saving them. */
export const previewResolvers: Resolvers<Context> = {
  Query: {
    previewVerdict: (_: unknown, { input }: { input: Parameters<typeof previewVerdict>[1] }, { by }) =>
      previewVerdict(by, input),
    previewSeverity: (_: unknown, { input }: { input: Parameters<typeof previewSeverity>[1] }, { by }) =>
      previewSeverity(by, input),
  },
};
