/** Mutation testing of the pure core. `npm run mutation` puts Node 24 on the path; the report lies in reports/mutation.json. */
export default {
  mutate: ['functions/domain/**/*.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: {
    configFile: 'jest.config.mjs',
    config: { testMatch: ['<rootDir>/test/domain/together.ts'] },
    // Every test is reached through the one file that loads them all.
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  // Patterns and schemas are built once, when a module loads; telling their mutants apart needs a new process each.
  ignoreStatic: true,
  concurrency: 2,
  // Modules that were loaded once stay in memory.
  maxTestRunnerReuse: 150,
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'reports/mutation.json' },
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['/bench', '/cdk.out', '/docs', '/infra', '/local', '/reports', '.loyalty'],
};
