import { z } from 'zod';

const TestObjectStore = z.object({ endpoint: z.url(), accessKeyId: z.string(), secretAccessKey: z.string() });

/** The S3-compatible server that `npm test` started, or the one that TOCSIN_TEST_S3 names. */
export type TestObjectStore = z.infer<typeof TestObjectStore>;

/** @throws Error without the environment of `npm test`. */
export function testObjectStore(): TestObjectStore {
  const store = process.env['TOCSIN_TEST_S3'];
  if (store === undefined)
    throw new Error('There is no test object store. Run this spec by: npm test -- <path of the spec>');
  return TestObjectStore.parse(JSON.parse(store));
}
