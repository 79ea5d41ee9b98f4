// The whole suite as one Jest run, so that its totals are the real totals. A single project: npx nx test <project>.
export default {
  projects: [
    '<rootDir>/{libs,services}/*/jest.config.mjs',
    '<rootDir>/{libs,services}/*/jest.int.config.mjs',
    '<rootDir>/{gateway,tools,e2e}/jest.config.mjs',
    '<rootDir>/{gateway,tools,e2e}/jest.int.config.mjs',
  ],
  testTimeout: 60_000,
  maxWorkers: 2,
};
