import { z } from 'zod';
import { events, eventType, isAboutIncident, topicOf, typesRead, type EventContract } from '@tocsin/contracts';
import { code, heading, page, table } from './markdown.ts';

/** The part of JSON Schema that our contracts use. */
interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minItems?: number;
}

/** `docs/reference/events.md`. */
export function eventsPage(): string {
  return page(
    heading(
      'Events',
      'Each event is a CloudEvent 1.0 in binary mode on the topic of its producer; the key of the record is the id of ' +
        'its aggregate, so the events of one aggregate stay in order. Data are ids, enum values, instants and counts: ' +
        'no free text, no addresses. The source is `libs/contracts/src`; the schema of each version is in ' +
        '`libs/contracts/released`.',
      table(['Event', 'Producer', 'Consumers', 'Audience'], kinds.map(summary)),
    ),
    ...kinds.map(section),
  );
}

/** The events of one name have one form, whoever announces them. */
type Kind = readonly [event: EventContract, ...ofOthers: EventContract[]];
const all: readonly EventContract[] = events;
const kinds = [...new Set(all.map(({ name }) => name))].map(
  (name) => all.filter((event) => event.name === name) as unknown as Kind,
);

const summary = (kind: Kind): string[] => [
  `[${kind[0].name}](#${kind[0].name.toLowerCase()})`,
  kind.map(({ producer }) => producer).join(', '),
  kind[0].consumers.join(', ') || '–',
  kind[0].audience,
];

function section(kind: Kind): string {
  const [event] = kind;
  const stream = isAboutIncident(event) ? ' Part of the incident stream of the gateway.' : '';
  const where = kind.map((one) => `${code(eventType(one))} on ${code(topicOf(one.producer))}`).join(', ');
  const facts = `${where}, about one ${event.aggregate}.${stream}`;
  return page(`## ${event.name}`, event.description, facts + olderTypes(event), fields(event.data)).trimEnd();
}

function olderTypes(event: EventContract): string {
  const older = typesRead(event).slice(1).map(code);
  return older.length === 0 ? '' : ` ${older.join(', ')} is read as well.`;
}

function fields(data: z.ZodType): string {
  const { properties = {}, required = [] } = schemaOf(data);
  const rows = Object.entries(properties).map(([name, schema]) => [
    code(name),
    typeOf(schema),
    required.includes(name) ? 'always' : 'if known',
  ]);
  return table(['Field', 'Type', 'Present'], rows);
}

export const schemaOf = (data: z.ZodType): Schema => z.toJSONSchema(data, { io: 'input' }) as Schema;

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}${schema.minItems === 1 ? ', not empty' : ''}`;
  if (schema.format === 'uuid') return 'UUID';
  if (schema.format === 'date-time') return 'instant (RFC 3339)';
  return schema.type ?? 'any';
}
