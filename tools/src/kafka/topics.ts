import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { serviceNames, topicOf } from '@tocsin/contracts';
import { withAdmin } from './client.ts';

interface Topic {
  readonly name: string;
  readonly partitions: number;
  readonly settings: Readonly<Record<string, string>>;
}

const days = (count: number): string => String(count * 24 * 60 * 60 * 1000);

/** Keys are spread by the number of partitions, so it never changes (`eventing.md` section 4). */
const topics: readonly Topic[] = serviceNames.map(topicOf).flatMap((name) => [
  { name, partitions: 12, settings: { 'cleanup.policy': 'delete', 'retention.ms': days(30) } },
  { name: `${name}.dlq`, partitions: 1, settings: { 'cleanup.policy': 'delete', 'retention.ms': days(90) } },
]);

export interface EnsuredTopics {
  /** Names of the topics made now. */
  readonly created: string[];
  /** One line for each; differences are not put right, since that may lose or reorder events. */
  readonly differences: string[];
}

/** Makes the topics that are missing and compares the others with what they should be. */
export const ensureTopics = (brokers: readonly string[]): Promise<EnsuredTopics> =>
  withAdmin(brokers, 8, async (admin) => {
    const present = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !present.has(name));
    if (missing.length > 0) await admin.createTopics({ waitForLeaders: true, topics: missing.map(toRequest) });
    const known = topics.filter(({ name }) => present.has(name));
    return { created: missing.map(({ name }) => name), differences: await differences(admin, known) };
  });

const toRequest = ({ name, partitions, settings }: Topic): ITopicConfig => ({
  topic: name,
  numPartitions: partitions,
  replicationFactor: -1, // the broker's default: 1 on a developer's machine, 3 in production
  configEntries: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
});

async function differences(admin: Admin, known: readonly Topic[]): Promise<string[]> {
  if (known.length === 0) return [];
  const metadata = await admin.fetchTopicMetadata({ topics: known.map(({ name }) => name) });
  const configs = await admin.describeConfigs({
    includeSynonyms: false,
    resources: known.map(({ name, settings }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: Object.keys(settings),
    })),
  });
  return known.flatMap(({ name, partitions, settings }) => {
    const count = metadata.topics.find((topic) => topic.name === name)?.partitions.length;
    const entries = configs.resources.find((resource) => resource.resourceName === name)?.configEntries ?? [];
    const expected = { partitions: String(partitions), ...settings };
    const actual = new Map([
      ['partitions', String(count)],
      ...entries.map((e) => [e.configName, e.configValue] as const),
    ]);
    return Object.entries(expected)
      .filter(([key, value]) => actual.get(key) !== value)
      .map(([key, value]) => `topic ${name}: ${key} is ${actual.get(key) ?? 'unknown'}, should be ${value}`);
  });
}
