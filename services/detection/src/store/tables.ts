import type { EntitySchema } from 'typeorm';
import { detectionTable } from './detection-table.ts';
import { detectorTable } from './detector-table.ts';
import { knownAttachmentTable, knownLevelTable } from './known-incident-table.ts';
import { knownExerciseTable } from './known-exercise-table.ts';
import { signalTable } from './signal-table.ts';
import { suppressionTable } from './suppression-table.ts';
import { tuningFindingTable, tuningTaskTable } from './tuning-table.ts';

/** Every table of the service, for the data source. */
export const tables: readonly EntitySchema[] = [
  detectorTable,
  signalTable,
  detectionTable,
  knownExerciseTable,
  knownAttachmentTable,
  knownLevelTable,
  tuningTaskTable,
  tuningFindingTable,
  suppressionTable,
];
