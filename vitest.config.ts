import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['test/support/bundle.ts'],
    setupFiles: ['test/support/property-seed.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    // Guile takes the encoding of files and ports from the locale; strata's is UTF-8 anyhow.
    env: { LC_ALL: 'C.UTF-8' },
  },
})
