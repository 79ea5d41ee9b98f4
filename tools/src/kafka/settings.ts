/** Where one embedded broker listens and keeps its data. */
export interface BrokerPlace {
  readonly port: number;
  readonly controllerPort: number;
  readonly dataDir: string;
}

/** The configuration of a single broker on loopback that is its own controller (`eventing.md` section 10). */
export function serverProperties({ port, controllerPort, dataDir }: BrokerPlace): string {
  const broker = `127.0.0.1:${String(port)}`;
  const controller = `127.0.0.1:${String(controllerPort)}`;
  const settings: Readonly<Record<string, string>> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${controller}`,
    listeners: `PLAINTEXT://${broker},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://${broker}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': escape(dataDir),
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    'auto.create.topics.enable': 'false',
    // After a kill the dead broker's session must end before the new one is let in.
    'broker.session.timeout.ms': '1500',
    'broker.heartbeat.interval.ms': '400',
    'log.segment.bytes': '16777216',
    'log.cleaner.threads': '1',
    'log.cleaner.dedupe.buffer.size': '2097152',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** A backslash starts an escape in a Java properties file. */
const escape = (path: string): string => path.replaceAll('\\', '/');

/** A small heap and a quick compiler: the broker of a developer, not of a data centre. */
export const javaFlags = [
  '-Xms128m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:MaxMetaspaceSize=128m',
  '-Xss256k',
  '-Djava.awt.headless=true',
] as const;
