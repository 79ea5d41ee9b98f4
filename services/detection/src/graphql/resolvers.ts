import type { Resolvers } from '@tocsin/subgraph';
import * as detection from './detection.ts';
import type { Context } from './loaders.ts';
import * as signal from './signal.ts';

export const resolvers: Resolvers<Context> = {
  Query: { ...detection.Query },
  Mutation: { ...detection.Mutation, ...signal.Mutation },
  Detection: detection.Detection,
  Signal: signal.Signal,
};
