import type { Resolvers } from '@tocsin/subgraph';
import * as detection from './detection.ts';
import type { Context } from './loaders.ts';
import * as signal from './signal.ts';
import * as tuning from './tuning.ts';

export const resolvers: Resolvers<Context> = {
  Query: { ...detection.Query, ...tuning.Query },
  Mutation: { ...detection.Mutation, ...signal.Mutation, ...tuning.Mutation },
  Detection: detection.Detection,
  Signal: signal.Signal,
  TuningTask: tuning.TuningTask,
  TuningFinding: tuning.TuningFinding,
};
