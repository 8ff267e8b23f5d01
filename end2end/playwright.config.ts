// How the end-to-end tests run: Debian's Chromium against the binary that `cargo xtask e2e` has built.
import { defineConfig, devices } from '@playwright/test';

// `cargo xtask e2e` moves everything that a run leaves behind into the target folder.
const output = process.env.E2E_OUTPUT ?? 'test-results';

export default defineConfig({
  testDir: 'tests',
  outputDir: `${output}/artefacts`,
  // One server and one set of network namespaces at a time: tests that share them would see each other.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: `${output}/report.json` }]],
  use: {
    actionTimeout: 15_000,
    navigationTimeout: 15_000,
    ...devices['Desktop Chrome'],
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // Root needs --no-sandbox; the others keep the browser from talking to anything but the page.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
