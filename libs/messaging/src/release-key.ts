import { haltedKeys, inbox, inTransaction, type Transaction } from '@tocsin/database';
import { DomainError } from '@tocsin/errors';
import type { ServiceName } from '@tocsin/contracts';
import { applyRecords, refuse } from './apply.ts';
import { consumerCore, readRecord, type ConsumerCore, type ConsumerDefinition } from './consumer-definition.ts';
import { readEnvelope } from './envelope.ts';
import { classify, reasonOf } from './failures.ts';

export interface ReleaseOrder {
  readonly topic: string;
  /** The halted key: an aggregate id, or `<partition>:<offset>` of a record nobody vouches for. */
  readonly key: string;
  /** Records (`<partition>:<offset>`) to leave out for good; their sequence counts as done. */
  readonly giveUp?: readonly string[];
}

/** `isFlowing`: the key is no longer halted. Else `stoppedAt` still fails, for the given reason. */
export interface Released {
  readonly applied: number;
  readonly isFlowing: boolean;
  readonly stoppedAt?: { readonly partition: number; readonly offset: string; readonly reason: string };
}

/**
 * Drains the parked records of a key, in order, and lets it flow again. It stops at the first that still fails; the
 * rest keeps waiting. Safe beside the running consumer: a record that joins meanwhile is drained too.
 *
 * @throws DomainError UNAVAILABLE
 */
export async function releaseKey<S extends ServiceName>(
  definition: ConsumerDefinition<S>,
  order: ReleaseOrder,
): Promise<Released> {
  const core = consumerCore(definition);
  let applied = 0;
  for (;;) {
    for (const parked of await waiting(core, order)) {
      const { partition, offset } = parked;
      try {
        await drain(core, parked, order.giveUp?.includes(`${String(partition)}:${offset}`) === true);
        applied += 1;
      } catch (error) {
        if (classify(error) === 'outage') throw error;
        return { applied, isFlowing: false, stoppedAt: { partition, offset, reason: reasonOf(error) } };
      }
    }
    const isFlowing = await within(core, 'releaseKey', (tx) =>
      haltedKeys.resumeKey(tx, core.consumer, order.topic, order.key),
    );
    if (isFlowing) return { applied, isFlowing };
  }
}

const within = <T>(core: ConsumerCore, action: string, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  inTransaction(core.db, { by: core.by, action }, work);

/** By sequence, for a replayed predecessor was parked later; what has no sequence comes first, as it was found. */
async function waiting(core: ConsumerCore, { topic, key }: ReleaseOrder): Promise<haltedKeys.ParkedRecord[]> {
  const parked = await within(core, 'releaseKey', (tx) => haltedKeys.parkedOf(tx, core.consumer, topic, key));
  return [...parked].sort((a, b) => Number((a.sequence ?? 0n) - (b.sequence ?? 0n)));
}

async function drain(core: ConsumerCore, parked: haltedKeys.ParkedRecord, isGivenUp: boolean): Promise<void> {
  if (isGivenUp) {
    await giveUp(core, parked);
    return;
  }
  const read = readRecord(core, toIncoming(parked));
  try {
    await within(core, read.name, async (tx) => {
      await applyRecords(tx, core, [read]);
      await haltedKeys.markReleased(tx, core.consumer, parked);
    });
  } catch (error) {
    if (!(error instanceof DomainError) || classify(error) !== 'refusal') throw error;
    await refuse(core, read, error.code);
    await within(core, read.name, (tx) => haltedKeys.markReleased(tx, core.consumer, parked));
  }
}

const toIncoming = ({ topic, partition, offset, key, headers, value }: haltedKeys.ParkedRecord) => ({
  ...{ topic, partition, offset, key, headers },
  value: value ?? Buffer.alloc(0),
});

/** Only a proven record moves its aggregate's sequence; a forged one is just put away. */
const giveUp = (core: ConsumerCore, parked: haltedKeys.ParkedRecord): Promise<void> =>
  within(core, 'releaseKey', async (tx) => {
    const envelope = provenEnvelope(core, parked);
    if (envelope !== undefined)
      await inbox.advance(tx, core.consumer, [{ ...envelope.aggregate, sequence: envelope.sequence }]);
    await haltedKeys.markReleased(tx, core.consumer, parked);
  });

function provenEnvelope(core: ConsumerCore, parked: haltedKeys.ParkedRecord) {
  try {
    return readEnvelope(toIncoming(parked), core.isSigned);
  } catch {
    return undefined;
  }
}
