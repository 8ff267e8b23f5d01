// A phone: nothing sticks out, the bar is at the bottom, and thousands of hosts scroll.
import { fitsWidth } from '../axe';
import { expect, serve, test } from '../fixture';

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

const HOSTS = 4094;
const app = serve('phone', { PING_RATE: '0' });
let subnet = 0;

test.beforeAll(async () => {
  subnet = (await app.rest.addSubnet({ cidr: '127.2.0.0/20', name: 'Loopback, many' })).id;
  await app.rest.alive(subnet, HOSTS);
});

test('no page is wider than the screen, and the bar at the bottom leads everywhere', async ({ page }) => {
  await app.open(page, '/');
  const bar = page.getByRole('navigation', { name: 'Main' });
  const box = await bar.boundingBox();
  expect(box && box.y + box.height, 'the bar stands at the bottom').toBe(740);
  for (const [label, path] of [
    ['Subnets', '/subnets'],
    ['Hosts', '/hosts'],
    ['Events', '/events'],
    ['Scanner', '/scanner'],
    ['Settings', '/settings'],
    ['Dashboard', '/'],
  ]) {
    await bar.getByRole('link', { name: label, exact: true }).click();
    await expect(page).toHaveURL(app.url(path));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByTestId('loading')).toHaveCount(0);
    await fitsWidth(page, label);
  }
  await app.open(page, `/subnets/${subnet}`);
  await expect(page.getByTestId('host-row').first()).toBeVisible();
  await fitsWidth(page, 'Subnet');
  await page.getByTestId('host-row').first().getByRole('link').click();
  await expect(page.getByTestId('drawer').getByRole('heading', { level: 1 })).toBeVisible();
  await fitsWidth(page, 'Host');
});

test('rows are cards that keep status, address and name', async ({ page }) => {
  const [host] = await app.rest.hosts(`subnet=${subnet}`);
  await app.rest.changeHost(host.id, { hostname: 'a-rather-long-name.somewhere.example.org' });
  await app.open(page, `/subnets/${subnet}`);
  const row = page.locator(`[data-testid=host-row][data-ip="${host.ip}"]`);
  await expect(row.getByText('Up', { exact: true })).toBeVisible();
  await expect(row.getByText(host.ip)).toBeVisible();
  await expect(row.getByText('a-rather-long-name')).toBeVisible();
  const box = await row.boundingBox();
  expect(box?.width).toBeLessThanOrEqual(360);
  expect(box?.height, 'more than one line').toBeGreaterThan(48);
});

test('thousands of hosts scroll to the end with a small document', async ({ page }) => {
  await app.open(page, `/subnets/${subnet}`);
  const table = page.getByTestId('host-table');
  await expect(table).toHaveAttribute('aria-rowcount', String(HOSTS + 1));
  const nodes = () => page.evaluate(() => document.querySelectorAll('*').length);
  expect(await nodes()).toBeLessThan(1500);
  const last = page.locator('[data-testid=host-row][data-ip="127.2.15.254"]');
  await expect(async () => {
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect(last).toBeInViewport({ timeout: 500 });
  }).toPass();
  expect(await nodes()).toBeLessThan(1500);
  // Half-way up: what is in sight is really there, not a blank.
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2));
  await expect
    .poll(() =>
      page.evaluate(() => document.elementFromPoint(180, 370)?.closest('[data-testid=host-row]')?.getAttribute('data-ip')),
    )
    .toMatch(/^127\.2\.[78]\./);
});
