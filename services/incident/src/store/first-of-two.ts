import { QueryFailedError } from 'typeorm';
import { ConcurrentChange } from '@tocsin/errors';

/** Two at once make the only one of its kind: the second violates the unique constraint, loses, and may repeat. */
export const firstOfTwo =
  (constraint: string) =>
  (error: unknown): never => {
    const isTaken =
      error instanceof QueryFailedError &&
      'constraint' in error.driverError &&
      (error.driverError as { constraint: unknown }).constraint === constraint;
    throw isTaken ? ConcurrentChange() : error;
  };
