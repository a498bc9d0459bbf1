import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'api/**/*.test.ts',
      'bots/**/*.test.ts',
      'worker/**/*.test.ts',
      'widget/**/*.test.ts',
      'dev/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['api/**', 'bots/**', 'worker/**', 'widget/**'], reporter: ['text-summary'] },
  },
});
