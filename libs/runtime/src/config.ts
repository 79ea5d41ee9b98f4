import { z } from 'zod';
import { parseCidr, type Cidr, type EgressRules } from './public-address.ts';

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
  TOCSIN_AUDIT_HEADS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('file outside the database that keeps the sealed heads of the audit trail; nowhere if not given'),
};

export const kafkaConfig = {
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .describe('host:port of one or more brokers, separated by commas'),
};

const cidrs = z
  .string()
  .default('')
  .transform((text, context): readonly Cidr[] => {
    try {
      const ranges = text.split(',').map((range) => range.trim());
      return ranges.filter((range) => range !== '').map(parseCidr);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not a list of CIDRs such as 10.0.0.0/8,fd00::/8' });
      return z.NEVER;
    }
  });

export const egressConfig = {
  TOCSIN_EGRESS_DENY: cidrs.describe('CIDRs, separated by commas, that no webhook may reach though they are public'),
  TOCSIN_WEBHOOK_ALLOW_CIDRS: cidrs.describe(
    'CIDRs that webhooks may reach though they are not public, also by http; refused with NODE_ENV=production',
  ),
  NODE_ENV: z.string().optional().describe('production refuses everything that is for the demo'),
};

/** Which addresses this process may call. Throws ConfigError if production would call addresses that are not public (S-37). */
export function egressRulesOf(config: {
  readonly TOCSIN_EGRESS_DENY: readonly Cidr[];
  readonly TOCSIN_WEBHOOK_ALLOW_CIDRS: readonly Cidr[];
  readonly NODE_ENV?: string | undefined;
}): EgressRules {
  const { TOCSIN_EGRESS_DENY: deny, TOCSIN_WEBHOOK_ALLOW_CIDRS: allow, NODE_ENV } = config;
  if (allow.length > 0 && NODE_ENV === 'production')
    throw new ConfigError('TOCSIN_WEBHOOK_ALLOW_CIDRS is for development and tests; leave it out in production.');
  return { deny, allow };
}

export { port as portSetting };
