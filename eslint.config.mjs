import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const platform = ['type:contracts', 'type:errors', 'type:platform'];
const specs = [
  '**/*.spec.ts',
  '**/*.int-spec.ts',
  '**/*.e2e-spec.ts',
  '**/*-fixture*.ts',
  '**/testing/**',
  '**/spec-*.ts',
  '**/spec-support/**',
];

// H-1: domain/ is pure and synchronous. These packages compute without clock, chance or I/O.
const impure = {
  regex:
    '^(?!\\.|@tocsin/(contracts|errors)$|node:crypto$|zod$|yaml$|canonicalize$|temporal-polyfill$|@tocsin/access$)',
  message: 'domain/ is pure: it imports only itself, contracts and errors.',
};
const clock = { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Use tx.now.' };
const dateNow = {
  selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
  message: 'Use tx.now.',
};
const rawSql = {
  selector: 'CallExpression[callee.property.name="query"]',
  message: 'Use a repository, or the sql`` tag.',
};
const chance = {
  selector: 'CallExpression[callee.object.name="Math"][callee.property.name="random"]',
  message: 'domain/ is pure.',
};
const asynchronous = { selector: ':function[async=true]', message: 'domain/ is synchronous.' };

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.nx/**',
      '.cache/**',
      '.tocsin/**',
      '**/*.cjs',
      '**/jest.*.mjs',
      'eslint.config.mjs',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      // Contracts use method syntax for variance and no `this`; `require` of an untyped module needs its cast.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // `_name`: left out of a copy on purpose.
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      // TypeORM declares its options as classes and takes object literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          // The testkit is for specs, and specs of these libraries use it; nothing else may (no-restricted-imports).
          ignoredCircularDependencies: ['database', 'messaging', 'subgraph', 'access', 'runtime'].flatMap((name) => [
            [`@tocsin/${name}`, '@tocsin/testkit'],
            ['@tocsin/testkit', `@tocsin/${name}`],
          ]),
          depConstraints: [
            { sourceTag: 'type:service', onlyDependOnLibsWithTags: [...platform, 'type:testkit'] },
            { sourceTag: 'type:testkit', onlyDependOnLibsWithTags: platform },
            { sourceTag: 'type:platform', onlyDependOnLibsWithTags: [...platform, 'type:testkit', 'type:tool'] },
            { sourceTag: 'type:tool', onlyDependOnLibsWithTags: [...platform, 'type:testkit', 'type:tool'] },
            { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['*'] },
            {
              sourceTag: 'type:contracts',
              onlyDependOnLibsWithTags: [],
              bannedExternalImports: ['kafkajs', 'typeorm', 'pg', '@apollo/*'],
            },
            { sourceTag: 'type:errors', onlyDependOnLibsWithTags: [] },
          ],
        },
      ],
    },
  },
  {
    // H-2: settings come through config.ts; H-3: what is for tests stays in tests.
    files: ['{libs,services}/*/src/**/*.ts', 'gateway/src/**/*.ts'],
    ignores: [...specs, '**/config.ts', 'libs/runtime/**', 'libs/testkit/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@tocsin/testkit', message: 'The testkit is for specs.' }] },
      ],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Only safeRequest of @tocsin/runtime calls out.' }],
    },
  },
  {
    files: ['services/*/src/**/*.ts'],
    ignores: specs,
    rules: { 'no-restricted-syntax': ['error', clock, dateNow, rawSql] },
  },
  {
    files: ['services/*/src/domain/**/*.ts'],
    ignores: specs,
    rules: {
      'no-restricted-imports': ['error', { patterns: [impure] }],
      'no-restricted-syntax': ['error', clock, dateNow, rawSql, chance, asynchronous],
    },
  },
  {
    files: specs,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  prettier,
);
