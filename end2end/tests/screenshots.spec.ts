// The pictures of the README, of the sample network. ROLLCALL_SCREENSHOTS=1 cargo xtask e2e screenshots
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demo, expect, isLive, test, type Page } from '../fixture';

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
