import { GraphQLScalarType, Kind } from 'graphql';
import { InvalidInput, TimeWithoutOffset } from '@tocsin/errors';

const day = String.raw`\d{4}-\d{2}-\d{2}`;
const withOffset = new RegExp(
  String.raw`^${day}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`,
);
const withoutOffset = new RegExp(String.raw`^${day}([T ][\d:.]+)?$`);

/** RFC 3339 with an offset, as a Date. Errors: TIME_WITHOUT_OFFSET, INVALID_INPUT. */
export function parseDateTime(value: unknown): Date {
  if (typeof value !== 'string') throw InvalidInput({ expected: 'RFC 3339 date and time' });
  const text = value.toUpperCase();
  if (withoutOffset.test(text)) throw TimeWithoutOffset();
  if (!withOffset.test(text) || !isOnCalendar(text.slice(0, 10))) {
    throw InvalidInput({ expected: 'RFC 3339 date and time' });
  }
  return new Date(text);
}

/** Whether there is such a day: `Date` takes 30 February for 2 March. */
function isOnCalendar(text: string): boolean {
  const midnight = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}

/** The scalar `DateTime`: input needs an offset, output is UTC with milliseconds. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant, RFC 3339. Input needs an offset; output is UTC with milliseconds.',
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined),
  serialize: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
});
