import { randomBytes } from 'node:crypto';

/** The broker that `npm test` started, and a prefix of the spec file's own for topics and groups. */
export interface TestBroker {
  readonly brokers: string[];
  readonly prefix: string;
}

/** @throws Error without the environment of `npm test`. */
export function testBroker(): TestBroker {
  const brokers = process.env['TOCSIN_TEST_KAFKA_BROKERS'];
  if (brokers === undefined)
    throw new Error('There is no test broker. Run this spec by: npm test -- <path of the spec>');
  return { brokers: brokers.split(','), prefix: `t-${randomBytes(6).toString('hex')}.` };
}
