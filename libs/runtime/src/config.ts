import { z } from 'zod';

/** The settings of one process by the name of their environment variable; `.describe()` is what operators read. */
export type ConfigShape = Readonly<Record<string, z.ZodType>>;

/** The environment is wrong; the message lists every problem with what to set. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads and checks all settings at once.
 *
 * @throws ConfigError naming *all* problems, one a line.
 */
export function loadConfig<S extends ConfigShape>(
  shape: S,
  env: NodeJS.ProcessEnv = process.env,
): { readonly [K in keyof S]: z.infer<S[K]> } {
  const result = z.object(shape).safeParse(env);
  if (result.success) return result.data as { readonly [K in keyof S]: z.infer<S[K]> };
  const problems = result.error.issues.map((issue) => {
    const [name = ''] = issue.path.map(String);
    const purpose = shape[name]?.description;
    return `  ${issue.path.join('.')}: ${issue.message}${purpose === undefined ? '' : ` (${purpose})`}`;
  });
  throw new ConfigError(['The settings are not complete:', ...problems].join('\n'));
}

/** A setting that holds JSON, checked against a schema. */
export const json = <T extends z.ZodType>(schema: T): z.ZodPipe<z.ZodTransform<unknown, string>, T> =>
  z
    .transform((text: string, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

const port = z.coerce.number().int().min(0).max(65_535);

/* Fragments that services compose. */

export const httpConfig = {
  PORT: port.describe('TCP port of GraphQL, health and metrics'),
  TOCSIN_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('address to listen on; subgraphs belong on loopback or a private network'),
};

export const logConfig = {
  TOCSIN_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('lowest level that is logged'),
};

export const databaseConfig = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).describe('PostgreSQL >= 15, as the role <service>_app'),
};

export const kafkaConfig = {
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .describe('host:port of one or more brokers, separated by commas'),
};

export { port as portSetting };
