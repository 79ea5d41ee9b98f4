import type { ServiceName } from '@tocsin/contracts';
import { Counter, type Metrics, type Part } from '@tocsin/runtime';
import { consumerCore, topicsHeardBy, type ConsumerDefinition } from './consumer-definition.ts';
import { createSliceHandler, type OnHandled } from './consumer-slice.ts';

const sliceSize = 100;

export interface ConsumerOptions<S extends ServiceName> extends ConsumerDefinition<S> {
  readonly metrics?: Metrics;
  /** The consumer has ended for good; if not given, the error is thrown uncaught, which ends the process. */
  readonly onFatal?: (error: Error) => void;
}

/**
 * Hears the events of other services (`eventing.md` section 3): each has at most one effect, in the order of its
 * aggregate, whatever is repeated, lost half-way or poisoned.
 */
export function createConsumer<S extends ServiceName>(options: ConsumerOptions<S>): Part {
  const { bus, log, service, metrics, onFatal = throwUncaught } = options;
  const core = consumerCore(options);
  const subscription = bus.subscribe({
    groupId: `tocsin.${core.consumer}`,
    topics: topicsHeardBy(service),
    from: 'beginning',
    sliceSize,
    onSlice: createSliceHandler(core, measure(metrics)),
    onTrouble: (reason, isFatal) => {
      if (!isFatal) {
        log.warn({ consumer: core.consumer, reason }, 'the consumer was interrupted');
        return;
      }
      log.fatal({ consumer: core.consumer, reason }, 'the consumer has ended');
      onFatal(new Error(`The consumer ${core.consumer} has ended: ${reason}`));
    },
  });
  return { ...subscription, name: 'consumer' };
}

/** `run` ends the process on an uncaught error, so that the platform starts a new one. */
function throwUncaught(error: Error): void {
  queueMicrotask(() => {
    throw error;
  });
}

function measure(metrics: Metrics | undefined): OnHandled {
  if (metrics === undefined) return () => undefined;
  const handled = new Counter({
    name: 'tocsin_events_handled_total',
    help: 'Records taken from topics, by outcome.',
    labelNames: ['outcome'],
    registers: [metrics],
  });
  return (outcome, count) => handled.inc({ outcome }, count);
}
