// The pictures of the README, of the sample network. ROLLCALL_SCREENSHOTS=1 cargo xtask e2e screenshots
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demo, expect, isLive, serve, test, type Page } from '../fixture';

test.skip(!process.env.ROLLCALL_SCREENSHOTS, 'writes into docs/img only when ROLLCALL_SCREENSHOTS=1');
test.use({ deviceScaleFactor: 2 });

const FOLDER = fileURLToPath(new URL('../../docs/img', import.meta.url));
const app = demo('screenshots');

async function shoot(page: Page, path: string, name: string): Promise<void> {
  await page.goto(app.url(path));
  await isLive(page);
  await expect(page.getByTestId('loading')).toHaveCount(0);
  // What is fetched for the rows in sight comes a moment later.
  if (path.startsWith('/subnets/') && !path.includes('hosts')) {
    await expect(page.locator('.spark-up[d^=M]').first()).toBeAttached();
  }
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

test('pictures for the README', async ({ page, context }) => {
  test.setTimeout(180_000);
  mkdirSync(FOLDER, { recursive: true });
  await app.signIn(context);
  const hosts = await app.rest.hosts();
  const host = hosts.find(({ hostname }) => hostname?.startsWith('printer-3'))!;
  const subnet = `/subnets/${host.subnet_id}`;
  for (const theme of ['light', 'dark'] as const) {
    await context.addCookies([{ name: 'theme', value: theme, url: app.url('') }]);
    await page.setViewportSize({ width: 1440, height: 900 });
    await shoot(page, '/', `dashboard-${theme}`);
    await shoot(page, subnet, `subnet-${theme}`);
    await shoot(page, `${subnet}/hosts/${host.id}`, `host-${theme}`);
    await page.setViewportSize({ width: 360, height: 740 });
    await shoot(page, subnet, `phone-${theme}`);
    await shoot(page, `${subnet}/hosts/${host.id}`, `phone-host-${theme}`);
  }
});

test.describe('of a scan', () => {
  const scanner = serve('pictures', { ALLOW_TARGETS: '127.0.0.0/8', ENABLE_NMAP_SCHEDULER: '0' });
  const servers: Server[] = [];

  /** A service that greets, or answers the first word. */
  const service = (address: string, port: number, greeting: string, answer = '') =>
    new Promise<void>((resolve, reject) => {
      const server = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.write(greeting);
        if (answer) socket.once('data', () => socket.end(answer));
      });
      servers.push(server.once('error', reject).listen(port, address, () => resolve()));
    });

  test.beforeAll(async () => {
    await service('127.20.0.1', 22, 'SSH-2.0-OpenSSH_9.9\r\n');
    await service('127.20.0.2', 21, '220 (vsFTPd 3.0.5)\r\n');
    await service('127.20.0.2', 6379, '', '+PONG\r\n');
    await service('127.20.0.3', 5900, 'RFB 003.008\n');
  });
  test.afterAll(() => servers.forEach((server) => server.close()));

  test('pictures of the scanner', async ({ page, context }) => {
    mkdirSync(FOLDER, { recursive: true });
    await page.setViewportSize({ width: 1440, height: 900 });
    await scanner.open(page, '/scanner');
    await page.getByTestId('targets').fill('127.20.0.1\n127.20.0.2\n127.20.0.3\n127.20.0.4');
    await page.getByTestId('scan-start').click();
    await expect(page.getByTestId('scan-status').first()).toHaveAttribute('data-status', 'complete', { timeout: 60_000 });
    const path = new URL(page.url()).pathname;
    for (const theme of ['light', 'dark'] as const) {
      await context.addCookies([{ name: 'theme', value: theme, url: scanner.url('') }]);
      await page.goto(scanner.url(path));
      await isLive(page);
      await page.screenshot({ path: join(FOLDER, `scan-${theme}.png`), animations: 'disabled', caret: 'hide' });
    }
  });
});
