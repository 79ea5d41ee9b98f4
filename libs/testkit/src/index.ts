export {
  clusterUrl,
  dropDatabase,
  testDatabase,
  testPassword,
  urlOf,
  type TestDatabase,
  type TestDatabaseOptions,
} from './test-database.ts';
export { testBroker, type TestBroker } from './test-broker.ts';
export { testObjectStore, type TestObjectStore } from './test-object-store.ts';
export { aPrincipal } from './principals.ts';
export { eventually } from './eventually.ts';
export { makeKey, testKeys, type TestKey, type TestKeys } from './keys.ts';
export { armFailpoint as arm } from '@tocsin/runtime';
