import { defineConfig } from 'vitest/config';

/** The import rules alone: no database, a second. */
export default defineConfig({ test: { include: ['tests/architecture.test.ts'] } });
