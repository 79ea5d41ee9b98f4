import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '@tocsin/errors';
import { applyTogether, refuse, SequenceGap } from './apply.ts';
import type { IncomingRecord } from './bus.ts';
import { readRecord, type ConsumerCore, type ReadRecord } from './consumer-definition.ts';
import { UnreadableRecord } from './envelope.ts';
import { classify } from './failures.ts';
import { park, parkBehind } from './park.ts';

const tries = 3;
const contentionTries = 10;

/** What became of a record. */
export type RecordOutcome = 'applied' | 'refused' | 'parked' | 'transient';

/** Handles one record by itself; whatever is wrong with it stops at most its own key. Never throws for an outage. */
export async function applySingly(core: ConsumerCore, record: IncomingRecord): Promise<RecordOutcome> {
  try {
    return await tryRecord(core, record);
  } catch (error) {
    if (classify(error) === 'outage' || classify(error) === 'contention') return 'transient';
    throw error;
  }
}

async function tryRecord(core: ConsumerCore, record: IncomingRecord): Promise<RecordOutcome> {
  let read: ReadRecord;
  try {
    read = readRecord(core, record);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    await park(core, record, error, 1);
    return 'parked';
  }
  let faults = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await applyTogether(core, [read], (tx, one) => parkBehind(core, tx, one));
      return 'applied';
    } catch (error) {
      const failure = classify(error);
      if (failure === 'outage' || (failure === 'contention' && attempt >= contentionTries)) return 'transient';
      if (failure === 'refusal') return await recordRefusal(core, read, error as DomainError);
      if (failure === 'fault') faults += 1;
      if (error instanceof SequenceGap || faults >= tries) {
        await park(core, record, error, attempt);
        return 'parked';
      }
      await pauseBefore(attempt + 1);
    }
  }
}

async function recordRefusal(core: ConsumerCore, read: ReadRecord, error: DomainError): Promise<RecordOutcome> {
  await refuse(core, read, error.code);
  const { id: eventId, type, aggregate } = read.envelope;
  core.log.warn({ eventId, type, aggregateId: aggregate.id, code: error.code }, 'an event was refused');
  return 'refused';
}

/** 50 ms to 1 s, growing fourfold, with jitter so that replicas do not meet again. */
const pauseBefore = (attempt: number): Promise<void> =>
  sleep(Math.min(1_000, 50 * 4 ** (attempt - 2)) * (0.5 + Math.random() / 2));
