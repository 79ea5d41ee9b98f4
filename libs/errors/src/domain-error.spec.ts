import { describe, expect, it } from '@jest/globals';
import { DomainError, defineError, definedErrors, NotFound } from './index.ts';

describe('error definitions', () => {
  it('make an error that carries the code, the advice and the details', () => {
    const error = NotFound({ id: '7' });
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code: 'NOT_FOUND', message: NotFound.description, details: { id: '7' } });
  });

  it('refuse a code that is defined twice or badly spelt', () => {
    defineError('SPEC_ONLY', 'For this spec.');
    expect(() => defineError('SPEC_ONLY', 'Again.')).toThrow('defined twice');
    expect(() => defineError('specOnly', 'Bad.')).toThrow('UPPER_SNAKE_CASE');
  });

  it('are listed by code', () => {
    const codes = definedErrors().map((definition) => definition.code);
    expect(codes).toEqual([...codes].sort());
    expect(codes).toContain('CONCURRENT_CHANGE');
  });
});
