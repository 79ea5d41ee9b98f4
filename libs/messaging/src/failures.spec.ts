import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@tocsin/errors';
import { classify } from './failures.ts';

const driver = (code: string): Error => Object.assign(new Error('failed'), { driverError: { code } });

describe('a failed handling', () => {
  it.each([
    [new DomainError('UNAVAILABLE', ''), 'outage'],
    [new DomainError('CONCURRENT_CHANGE', ''), 'contention'],
    [new DomainError('FORBIDDEN', ''), 'refusal'],
    [driver('57P01'), 'outage'],
    [driver('08006'), 'outage'],
    [driver('53300'), 'outage'],
    [driver('25006'), 'outage'],
    [driver('40P01'), 'contention'],
    [driver('57014'), 'fault'],
    [driver('23505'), 'fault'],
    [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'outage'],
    [new TypeError('x'), 'fault'],
    ['thrown text', 'fault'],
  ])('%s is: %s', (error, failure) => {
    expect(classify(error)).toBe(failure);
  });
});
