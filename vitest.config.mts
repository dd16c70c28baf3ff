import { defineConfig } from 'vitest/config';

const jsx = { runtime: 'automatic', importSource: 'preact' } as const;

export default defineConfig({
  oxc: { jsx },
  test: {
    // Two noisy cores: more workers than cores only makes every test slower. No test is timed: the limit only ends a hang.
    maxWorkers: 2,
    testTimeout: 300_000,
    projects: [
      {
        oxc: { jsx },
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'test/{core,server,client,cli,manifest,grammar,architecture,docs,fuzz}/**/*.test.ts',
          ],
          testTimeout: 300_000,
        },
      },
      {
        oxc: { jsx },
        test: {
          name: 'panel',
          environment: 'happy-dom',
          include: ['test/media/**/*.test.{ts,tsx}'],
          testTimeout: 300_000,
        },
      },
    ],
  },
});
