import type { Resolvers } from '@tocsin/subgraph';
import * as detection from './detection.ts';
import type { Context } from './loaders.ts';
import * as signal from './signal.ts';
import * as suppression from './suppression.ts';
import * as tuning from './tuning.ts';

export const resolvers: Resolvers<Context> = {
  Query: { ...detection.Query, ...tuning.Query, ...suppression.Query },
  Mutation: { ...detection.Mutation, ...signal.Mutation, ...tuning.Mutation, ...suppression.Mutation },
  Detection: detection.Detection,
  Signal: signal.Signal,
  Suppression: suppression.Suppression,
  TuningTask: tuning.TuningTask,
  TuningFinding: tuning.TuningFinding,
};
