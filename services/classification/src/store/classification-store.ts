import { tableStore } from '@tocsin/database';
import type { Classification } from '../domain/classification.ts';
import { ClassificationTable } from './tables.ts';

export const classificationStore = tableStore<Classification>('classification', ClassificationTable);
