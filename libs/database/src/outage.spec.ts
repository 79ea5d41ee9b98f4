import { describe, expect, it } from '@jest/globals';
import { NotFound } from '@tocsin/errors';
import { asRefusal, isContention } from './outage.ts';

const withCode = (code: string): Error => Object.assign(new Error('from the driver'), { code });
/** As TypeORM hands it on. */
const wrapped = (code: string): Error => Object.assign(new Error('failed'), { driverError: withCode(code) });

describe('an error of the database', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '08006', '57P01', '57P03', '53300', '55P03'])('%s is an outage', (code) => {
    for (const error of [withCode(code), wrapped(code)]) {
      expect(asRefusal(error)).toMatchObject({ code: 'UNAVAILABLE', cause: error });
    }
  });

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect', 'Query read timeout'])(
    '"%s" is an outage',
    (words) => expect(asRefusal(new Error(words))).toMatchObject({ code: 'UNAVAILABLE' }),
  );

  it.each(['40001', '40P01'])('%s is contention: the work is done again', (code) => {
    expect(isContention(wrapped(code))).toBe(true);
  });

  it('is left as it is when it is anything else', () => {
    for (const error of [wrapped('23505'), wrapped('42501'), new Error('bug'), NotFound()]) {
      expect(asRefusal(error)).toBe(error);
      expect(isContention(error)).toBe(false);
    }
  });
});
