import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.data'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-extraneous-class': 'off', // Nest modules and DTOs
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-spread': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      // The transaction and the actor come first, beside what the work itself needs.
      'max-params': ['error', 5],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // DTOs are plain data
    },
  },
  {
    // Index arithmetic over typed arrays: that an index is in range follows from how the arrays are made.
    files: ['src/matching/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // A request brings body, parameters, actor, request and response.
    files: ['src/**/*.api.ts', 'src/**/*.pages.ts', 'src/jobs/queue.ts', 'test/**/*.ts'],
    rules: { 'max-params': ['error', 6] },
  },
  {
    files: ['test/**/*.ts', 'migrations/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
  {
    files: ['src/web/assets/*.js'],
    languageOptions: { globals: { document: 'readonly', window: 'readonly', EventSource: 'readonly' } },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
