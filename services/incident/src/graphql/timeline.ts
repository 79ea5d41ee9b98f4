import { createLoader, type Read, type Resolvers } from '@tocsin/subgraph';
import type { Incident } from '../domain/incident.ts';
import type { CorrectionOrder, EntryOrder } from '../domain/timeline.ts';
import { findTimelineEntry, pageTimelines, type TimelinePageOrder } from '../timeline-reads.ts';
import { addTimelineEntry, correctTimelineEntry } from '../timeline.ts';
import type { Context } from './context.ts';

interface Target {
  readonly idempotencyKey: string;
  readonly incidentId: string;
}
type AddInput = Target & EntryOrder;
type CorrectInput = Target & CorrectionOrder & { readonly entryId: string };

/** One query for the timelines of all incidents in an answer that are asked for with the same arguments. */
export function createTimelineLoader(read: Read) {
  const loaders = new Map<string, ReturnType<typeof make>>();
  const make = (order: TimelinePageOrder) => createLoader((ids) => read((tx) => pageTimelines(tx, ids, order)));
  return async (incidentId: string, order: TimelinePageOrder) => {
    const key = JSON.stringify(order);
    const loader = loaders.get(key) ?? make(order);
    loaders.set(key, loader);
    return (await loader.load(incidentId))?.page ?? null;
  };
}

/** The timeline of an incident, and its commands. */
export const timelineResolvers: Resolvers<Context> = {
  Incident: {
    timeline: ({ id }: Incident, args: Omit<TimelinePageOrder, 'after'> & { after?: string | null }, { load }) =>
      load.timeline(id, { first: args.first, after: args.after ?? null, order: args.order }),
  },
  Mutation: {
    addTimelineEntry: async (_: unknown, { input }: { input: AddInput }, { command, read }: Context) => {
      const { id } = await command('addTimelineEntry', input, async (tx) => ({
        id: (await addTimelineEntry(tx, input)).id,
      }));
      return { entry: await read((tx) => findTimelineEntry(tx, id)) };
    },
    correctTimelineEntry: async (_: unknown, { input }: { input: CorrectInput }, { command, read }: Context) => {
      const { id } = await command('correctTimelineEntry', input, async (tx) => ({
        id: (await correctTimelineEntry(tx, input)).id,
      }));
      return { entry: await read((tx) => findTimelineEntry(tx, id)) };
    },
  },
};
