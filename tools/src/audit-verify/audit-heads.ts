import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openHead } from '@tocsin/audit';
import { AuditHeadSealed, eventType, serviceNames, topicOf, type ServiceName } from '@tocsin/contracts';
import { createKafkaBus, readEvents, type EventBus, type EventKeys } from '@tocsin/messaging';
import { createLogger } from '@tocsin/runtime';
import { UsageError } from '../cli/subcommands.ts';
import { eventKeysOf, loadKeys } from '../keys.ts';
import { pathsOf } from '../paths.ts';
import { SetupError } from '../setup-error.ts';
import { startOptions } from '../start-options.ts';
import { openHeadsBook, type HeadsBook, type Sequence } from './heads-book.ts';
import { readKeys } from './keys-file.ts';

/**
 * `npx tocsin audit-heads collect --file <file> [--keys <file>]`: appends to the file every sealed head that the topics of
 * the services hold and the file does not (S-40), each proven by the signatures of the event and of the head. Returns 1
 * if the sequences in the file have gaps or contradict themselves.
 *
 * @throws UsageError; SetupError if Kafka does not answer or there are no keys.
 */
export async function collectAuditHeads(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { file, keys } = orderOf(args);
  const { state, ports } = startOptions([], env);
  const eventKeys = await keysFrom(keys, state);
  const brokers = (env['KAFKA_BROKERS'] ?? `127.0.0.1:${String(ports.kafka)}`).split(',').map((one) => one.trim());
  const log = createLogger('audit-heads', 'silent');
  const bus = createKafkaBus({ brokers, clientId: 'tocsin-audit-heads', log });
  await bus.start().catch((cause: unknown) => {
    throw new SetupError(`Kafka does not answer at ${brokers.join(', ')}.`, { cause });
  });
  try {
    return await collectInto(file, bus, eventKeys, (line) => process.stdout.write(`${line}\n`));
  } finally {
    await bus.stop();
  }
}

/** Collects, and says what the file has then. Returns the exit code. */
export async function collectInto(
  path: string,
  bus: EventBus,
  eventKeys: EventKeys,
  say: (line: string) => void,
): Promise<number> {
  const book = await openHeadsBook(path);
  try {
    await readEvents({
      ...{ bus, eventKeys, topics: serviceNames.map(topicOf) },
      types: serviceNames.map((service) => eventType(AuditHeadSealed[service])),
      onEvent: ({ type, data }) => keep(book, eventKeys, type, data, say),
      onUnproven: ({ topic, partition, offset, reason }) =>
        say(`left out: ${topic} partition ${String(partition)} offset ${offset}: ${reason}`),
    });
  } finally {
    await book.close();
  }
  const sequences = book.summary();
  for (const service of serviceNames) for (const line of report(service, sequences)) say(line);
  return sequences.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

/** What the service said in the event must be what it sealed. */
async function keep(
  book: HeadsBook,
  eventKeys: EventKeys,
  type: string,
  data: unknown,
  say: (line: string) => void,
): Promise<void> {
  const { service, n, jws } = AuditHeadSealed.incident.data.parse(data);
  const keys = eventKeys[service];
  const claims = keys === undefined ? undefined : await openHead(jws, keys).catch(() => undefined);
  if (claims?.service !== service || claims.n !== n || type !== eventType(AuditHeadSealed[service]))
    say(`left out: ${type}, head ${String(n)}: it is not what the service sealed`);
  else await book.keep(jws, claims);
}

function report(service: ServiceName, sequences: readonly Sequence[]): string[] {
  const found = sequences.find((sequence) => sequence.service === service);
  if (found === undefined) return [`${service}: no heads`];
  const { heads, first, last, added, problems } = found;
  return [
    `${service}: ${String(heads)} heads, ${String(first)} to ${String(last)}, new: ${String(added)}`,
    ...problems.map((problem) => `${service}: ${problem}`),
  ];
}

function orderOf(args: readonly string[]): { readonly file: string; readonly keys: string | undefined } {
  const { values, positionals } = parse(args);
  const [verb, ...more] = positionals;
  if (verb !== 'collect' || more.length > 0 || values.file === undefined)
    throw new UsageError('Say `collect`, and the file.');
  return { file: values.file, keys: values.keys };
}

function parse(args: readonly string[]) {
  try {
    const options = { file: { type: 'string' }, keys: { type: 'string' } } as const;
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function keysFrom(path: string | undefined, state: string): Promise<EventKeys> {
  if (path !== undefined) {
    const keysOf = await readKeys(path);
    return Object.fromEntries(serviceNames.map((service) => [service, keysOf(service)]));
  }
  if (!existsSync(pathsOf(state).keys))
    throw new SetupError(`There is no installation in ${state}: give the public keys of the services (--keys).`);
  return eventKeysOf(await loadKeys(state));
}
