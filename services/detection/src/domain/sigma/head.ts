import { z } from 'zod';
import type { DetectionLevel } from '@tocsin/contracts';
import { knownTaxonomy, type LogSource } from './log-source.ts';
import type { Reasons } from './reason.ts';

/** All of a rule but its detection. */
export interface Head {
  readonly id: string;
  readonly title: string;
  readonly level: DetectionLevel;
  readonly author: string;
  readonly license: string | null;
  readonly enabled: boolean;
  readonly logSource: LogSource;
  readonly fields: readonly string[];
}

const name = z.string().trim().min(1).max(256);

/** Custom keys at the top pass; these change what a rule means and are refused. */
const refusedKeys = ['action', 'correlation', 'filter'] as const;

const Head = z.looseObject({
  id: z.uuid(),
  title: name,
  // Every match names its author (D-7).
  author: z.string().trim().min(1),
  license: z.string().trim().min(1).optional(),
  status: z.enum(['stable', 'test', 'experimental', 'deprecated', 'unsupported']).default('experimental'),
  level: z.enum(['informational', 'low', 'medium', 'high', 'critical']).default('medium'),
  logsource: z.strictObject({
    category: name.optional(),
    product: name.optional(),
    service: name.optional(),
    definition: z.string().optional(),
  }),
  fields: z.array(z.string()).default([]),
});

export function readHead(rule: unknown, reasons: Reasons): Head | undefined {
  const parsed = Head.safeParse(rule);
  for (const key of refusedKeys) {
    if (typeof rule === 'object' && rule !== null && Object.hasOwn(rule, key)) {
      reasons.add('SCHEMA', key, `"${key}" is not supported.`);
    }
  }
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) reasons.add('SCHEMA', path.map(String).join('.'), message);
    return undefined;
  }
  const { id, title, author, license = null, status, level, logsource, fields } = parsed.data;
  return {
    id: id.toLowerCase(),
    title,
    author,
    license,
    fields,
    level: level.toUpperCase() as DetectionLevel,
    enabled: status !== 'deprecated' && status !== 'unsupported',
    logSource: readLogSource(logsource, reasons),
  };
}

function readLogSource(given: z.infer<typeof Head>['logsource'], reasons: Reasons): LogSource {
  const { category, product, service } = given;
  const source = { category, product, service };
  if (category === undefined && product === undefined && service === undefined)
    reasons.add('SCHEMA', 'logsource', 'Name a category, product or service.');
  for (const part of ['category', 'product', 'service'] as const) {
    const value = source[part];
    const known: readonly string[] = knownTaxonomy[part];
    if (value !== undefined && !known.includes(value)) {
      reasons.add('TAXONOMY_UNKNOWN', `logsource.${part}`, `"${value}" is not among ${known.join(', ')}.`);
    }
  }
  return {
    ...(category !== undefined && { category }),
    ...(product !== undefined && { product }),
    ...(service !== undefined && { service }),
  };
}
