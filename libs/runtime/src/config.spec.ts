import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, databaseConfig, httpConfig, json, kafkaConfig, loadConfig, logConfig } from './index.ts';

const problemsOf = (load: () => unknown): string => {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('loadConfig', () => {
  const shape = { ...httpConfig, ...databaseConfig, ...kafkaConfig, ...logConfig };

  it('reads, converts and fills in defaults', () => {
    const env = { PORT: '4001', DATABASE_URL: 'postgres://a@b/c', KAFKA_BROKERS: 'a:1, b:2', UNRELATED: 'x' };
    expect(loadConfig(shape, env)).toEqual({
      PORT: 4001,
      TOCSIN_HOST: '127.0.0.1',
      DATABASE_URL: 'postgres://a@b/c',
      KAFKA_BROKERS: ['a:1', 'b:2'],
      TOCSIN_LOG_LEVEL: 'info',
    });
  });

  it('lists all problems at once, one a line, each with what the setting is for', () => {
    const lines = problemsOf(() => loadConfig(shape, { PORT: '70000', TOCSIN_LOG_LEVEL: 'loud' })).split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(/^ {2}PORT: .+\(TCP port of GraphQL, health and metrics\)$/);
    expect(lines.slice(2).map((line) => line.trim().split(':')[0])).toEqual([
      'DATABASE_URL',
      'KAFKA_BROKERS',
      'TOCSIN_LOG_LEVEL',
    ]);
  });

  it('never repeats a value, which may be a secret', () => {
    const text = problemsOf(() => loadConfig(shape, { PORT: 'hunter2', DATABASE_URL: 'mysql://u:hunter2@h/d' }));
    expect(text).toContain('DATABASE_URL');
    expect(text).not.toContain('hunter2');
  });
});

describe('a setting that holds JSON', () => {
  const shape = { TOCSIN_SUBGRAPHS: json(z.record(z.string(), z.url())) };

  it('is parsed and checked', () => {
    const { TOCSIN_SUBGRAPHS: subgraphs } = loadConfig(shape, { TOCSIN_SUBGRAPHS: '{"a":"http://h:1"}' });
    expect(subgraphs).toEqual({ a: 'http://h:1' });
  });

  it.each([
    ['no JSON', '{', 'is not JSON'],
    ['not what it should hold', '{"a":"nowhere"}', 'TOCSIN_SUBGRAPHS.a: '],
    ['missing', undefined, 'TOCSIN_SUBGRAPHS: '],
  ])('is refused by name when it is %s', (_, value, problem) => {
    expect(problemsOf(() => loadConfig(shape, { TOCSIN_SUBGRAPHS: value }))).toContain(problem);
  });
});
