import { describe, expect, it } from '@jest/globals';
import { Kind } from 'graphql';
import { DateTime } from './date-time.ts';
import { parseDateTime } from './index.ts';

const codeOf = (value: unknown): unknown => {
  try {
    return parseDateTime(value).toISOString();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('parseDateTime', () => {
  it.each([
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T11:00:00+01:00', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T23:30:00-05:30', '2026-11-23T05:00:00.000Z'],
    ['2026-11-22T10:00Z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22t10:00:00.123456z', '2026-11-22T10:00:00.123Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(codeOf(text)).toBe(instant);
  });

  it.each(['2026-11-22T10:00:00', '2026-11-22 10:00', '2026-11-22', '2026-11-22t10:00:00.5'])(
    'asks for the offset of %s',
    (text) => {
      expect(codeOf(text)).toBe('TIME_WITHOUT_OFFSET');
    },
  );

  it.each([
    '2026-02-30T10:00:00Z',
    '2026-02-29T10:00:00Z',
    '2026-04-31T10:00:00+02:00',
    '2026-13-01T10:00:00Z',
    '2026-00-10T10:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T10:60:00Z',
    '2026-11-22T10:00:00+24:00',
    '2026-11-22 10:00:00Z',
    '22.11.2026 10:00 Z',
    'yesterday',
    '',
  ])('refuses "%s", which no calendar or clock shows', (text) => {
    expect(codeOf(text)).toBe('INVALID_INPUT');
  });

  it.each([[1_700_000_000_000], [null], [undefined], [{}], [true]])('refuses %p, which is no text', (value) => {
    expect(codeOf(value)).toBe('INVALID_INPUT');
  });
});

describe('the scalar DateTime', () => {
  it('reads a literal by the same rules, and never a number', () => {
    const literal = { kind: Kind.STRING, value: '2026-11-22T11:00:00+01:00' } as const;
    expect(DateTime.parseLiteral(literal)).toEqual(new Date('2026-11-22T10:00:00Z'));
    expect(() => DateTime.parseLiteral({ kind: Kind.INT, value: '1700000000' })).toThrow('not valid');
  });

  it('prints UTC with milliseconds', () => {
    expect(DateTime.serialize(new Date('2026-11-22T11:00:00+01:00'))).toBe('2026-11-22T10:00:00.000Z');
    expect(DateTime.serialize('2026-11-22T11:00:00+01:00')).toBe('2026-11-22T10:00:00.000Z');
  });
});
