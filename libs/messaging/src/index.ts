export {
  RecordRefused,
  type EventBus,
  type IncomingRecord,
  type OutgoingRecord,
  type SliceOutcome,
  type Subscription,
  type SubscriptionOptions,
} from './bus.ts';
export { createKafkaBus, type KafkaBusOptions } from './kafka-bus.ts';
export { createRelay, type RelayOptions } from './relay.ts';
export { createConsumer, type ConsumerOptions } from './consumer.ts';
export { topicsHeardBy, type ConsumerDefinition } from './consumer-definition.ts';
export { readEvents, type ReadEventsOptions, type UnprovenRecord } from './read-events.ts';
export { createTail, type TailEvent, type TailOptions } from './tail.ts';
export { releaseKey, type Released, type ReleaseOrder } from './release-key.ts';
export { replay } from './replay.ts';
export type { EventKeys } from './signature.ts';
export { rebuildProjection, type Facts, type Rebuilt, type RebuildOptions } from './rebuild.ts';
export { runRebuild } from './rebuild-program.ts';
