import { createServer, type Server } from 'node:net';
import { SetupError } from './setup-error.ts';

/** Every port of a running platform; all on loopback. */
export interface Ports {
  readonly gateway: number;
  readonly detection: number;
  readonly incident: number;
  readonly classification: number;
  readonly notification: number;
  readonly intake: number;
  readonly files: number;
  readonly mailPage: number;
  readonly smtp: number;
  readonly postgres: number;
  readonly kafka: number;
  readonly kafkaController: number;
}
export type PortName = keyof Ports;

interface PortRow {
  readonly title: string;
  readonly setting: string;
  readonly port: number;
}

/** What each port is called at the terminal, the setting that changes it, and its default. */
export const portTable: Readonly<Record<PortName, PortRow>> = {
  gateway: { title: 'the gateway', setting: 'TOCSIN_GATEWAY_PORT', port: 4000 },
  detection: { title: 'detection', setting: 'TOCSIN_DETECTION_PORT', port: 4001 },
  incident: { title: 'incident', setting: 'TOCSIN_INCIDENT_PORT', port: 4002 },
  classification: { title: 'classification', setting: 'TOCSIN_CLASSIFICATION_PORT', port: 4003 },
  notification: { title: 'notification', setting: 'TOCSIN_NOTIFICATION_PORT', port: 4004 },
  intake: { title: "detection's intake", setting: 'TOCSIN_INTAKE_PORT', port: 4010 },
  files: { title: "incident's files", setting: 'TOCSIN_FILES_PORT', port: 4011 },
  mailPage: { title: 'the mail page', setting: 'TOCSIN_MAIL_PAGE_PORT', port: 4020 },
  smtp: { title: 'SMTP', setting: 'TOCSIN_SMTP_PORT', port: 4025 },
  postgres: { title: 'PostgreSQL', setting: 'TOCSIN_POSTGRES_PORT', port: 4032 },
  kafka: { title: 'Kafka', setting: 'TOCSIN_KAFKA_PORT', port: 4092 },
  kafkaController: { title: "Kafka's controller", setting: 'TOCSIN_KAFKA_CONTROLLER_PORT', port: 4093 },
};
export const portNames = Object.keys(portTable) as PortName[];

/** Builds one value per port. */
const eachPort = (value: (name: PortName, index: number) => number): Ports =>
  Object.fromEntries(portNames.map((name, index) => [name, value(name, index)])) as unknown as Ports;

/**
 * Reads the ports' settings.
 *
 * @throws SetupError naming every setting that is no port, and every port that was given twice.
 */
export function portsFrom(env: NodeJS.ProcessEnv): Ports {
  const problems: string[] = [];
  const ports = eachPort((name) => {
    const { setting, port } = portTable[name];
    const value = env[setting];
    if (value === undefined || value === '') return port;
    if (/^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) < 65_536) return Number(value);
    problems.push(`${setting} must be a port from 1 to 65535, not \`${value}\`.`);
    return port;
  });
  for (const port of new Set(portNames.map((name) => ports[name]))) {
    const names = portNames.filter((name) => ports[name] === port);
    if (names.length > 1)
      problems.push(`Port ${String(port)} was given to ${names.map((name) => portTable[name].setting).join(' and ')}.`);
  }
  if (problems.length > 0) throw new SetupError(problems.join('\n'));
  return ports;
}

/**
 * Makes sure that nobody uses the ports, before anything starts.
 *
 * @throws SetupError naming each taken port, whose it should be, and the setting that changes it.
 */
export async function mustBeFree(ports: Ports, names: readonly PortName[]): Promise<void> {
  const answers = await Promise.all(names.map(async (name) => ({ name, isFree: await isFree(ports[name]) })));
  const taken = answers.filter((answer) => !answer.isFree).map(({ name }) => name);
  if (taken.length === 0) return;
  const lines = taken.map((name) => {
    const { title, setting } = portTable[name];
    return `Port ${String(ports[name])} for ${title} is taken. Free it, or set ${setting} to another one.`;
  });
  throw new SetupError(lines.join('\n'));
}

async function isFree(port: number): Promise<boolean> {
  try {
    const server = await listen(port);
    await close(server);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') return false;
    throw error;
  }
}

/** Ports that the system has to spare right now; asked for together, so that they differ. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(portNames.map(() => listen(0)));
  const free = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map(close));
  return eachPort((_name, index) => free[index] ?? 0);
}

/** One more port that the system has to spare. */
export async function freePort(): Promise<number> {
  const { gateway } = await freePorts();
  return gateway;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
