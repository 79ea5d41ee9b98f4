import { GraphQLScalarType, Kind } from 'graphql';
import { InvalidInput, TimeWithoutOffset } from '@tocsin/errors';

const withOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;
const withoutOffset = /^\d{4}-\d{2}-\d{2}([T ][\d:.]+)?$/;

/** RFC 3339 with an offset, as a Date. Errors: TIME_WITHOUT_OFFSET, INVALID_INPUT. */
export function parseDateTime(value: unknown): Date {
  if (typeof value !== 'string') throw InvalidInput({ expected: 'RFC 3339 date and time' });
  if (withoutOffset.test(value)) throw TimeWithoutOffset();
  const date = new Date(value);
  if (!withOffset.test(value) || Number.isNaN(date.getTime())) {
    throw InvalidInput({ expected: 'RFC 3339 date and time' });
  }
  return date;
}

/** The scalar `DateTime`: input needs an offset, output is UTC with milliseconds. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant, RFC 3339. Input needs an offset; output is UTC with milliseconds.',
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined),
  serialize: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
});
