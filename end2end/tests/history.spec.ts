// The past of hosts, on the sample network: a week of it is in the database when the server starts.
import { demo, expect, test, type Page } from '../fixture';
import { isAccessible } from '../axe';

const app = demo('history');

async function find(start: string) {
  const host = (await app.rest.hosts()).find(({ hostname }) => hostname?.startsWith(start));
  if (!host) throw new Error(`the sample network has no ${start}`);
  return { ...host, path: `/subnets/${host.subnet_id}/hosts/${host.id}` };
}

const past = (page: Page) => page.getByTestId('past');

test('the drawer tells uptime, latency and outages, and goes as far back as asked', async ({ page }) => {
  const printer = await find('printer-3');
  await app.open(page, printer.path);
  await expect(past(page).getByTestId('chart')).toBeVisible();
  // It has been down for some hours of this day, and for nothing else of the week.
  const percent = async (window: string) =>
    Number.parseFloat((await past(page).getByTestId(`uptime-${window}`).locator('dd').first().textContent())!);
  expect(await percent('24h')).toBeGreaterThan(70);
  expect(await percent('24h')).toBeLessThan(90);
  expect(await percent('7d')).toBeGreaterThan(await percent('24h'));
  await expect(past(page).getByTestId('uptime-1y')).toContainText('of 7 d');
  await expect(past(page).getByTestId('outages')).toContainText(/^1 outage, \d+ h/);
  await expect(past(page).getByTestId('outage')).toContainText('goes on');
  await expect(page.locator('.chart-outage')).toHaveAttribute('d', /^M/);
  await past(page).getByTestId('stretch-1h').click();
  await expect(past(page).getByTestId('outages')).toContainText('in 1 h');
  await expect(page.locator('.chart-line')).toHaveAttribute('d', '');
  await past(page).getByTestId('stretch-7d').click();
  await expect(past(page).getByTestId('outages')).toContainText('in 7 d');
  await expect(page.locator('.chart-line')).toHaveAttribute('d', /^M/);
  await isAccessible(page, 'the drawer with a past');
});

test('single values are read with the pointer and with the arrow keys', async ({ page }) => {
  const gateway = await find('gw-office');
  await app.open(page, gateway.path);
  const chart = past(page).getByTestId('chart');
  const readout = past(page).getByTestId('chart-readout');
  await expect(readout).toContainText('usually');
  await chart.locator('svg').hover({ position: { x: 200, y: 50 } });
  await expect(readout).toContainText(/ms .*rounds/);
  await page.mouse.move(5, 5);
  await expect(readout).toContainText('usually');
  await chart.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await expect(readout).toContainText(/ms .*rounds/);
  const before = await readout.textContent();
  await page.keyboard.press('ArrowLeft');
  await expect(readout).not.toHaveText(before!);
});

test('rows show the last day, and only those in sight are asked for', async ({ page }) => {
  const printer = await find('printer-3');
  const asked: number[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/rpc/sparklines')) asked.push(request.postDataJSON().ids.length);
  });
  await app.open(page, `/subnets/${printer.subnet_id}`);
  const row = (start: string) => page.getByTestId('host-row').filter({ hasText: start });
  await expect(row('gw-office').locator('.spark-up')).toHaveAttribute('d', /^M/);
  await expect(row('printer-3').locator('.spark-down')).toHaveAttribute('d', /^M/);
  await expect(row('printer-3').getByTestId('sparkline')).toHaveAttribute('aria-label', /silent in \d+/);
  expect(asked.length).toBeGreaterThan(0);
  expect(Math.max(...asked)).toBeLessThanOrEqual(60);
});

test('the settings tell what is stored and what goes when', async ({ page }) => {
  await app.open(page, '/settings');
  await expect(page.getByTestId('storage')).toContainText('every round for 7 days');
  await expect(page.locator('[data-testid=storage-table][data-name=event]')).toContainText('never');
  const tables = page.getByTestId('storage-table');
  expect(await tables.count()).toBeGreaterThan(10);
  for (const table of await tables.all()) {
    const [raw, word] = [await table.getAttribute('data-name'), await table.locator('td').first().textContent()];
    expect(word, 'a word, not the name of a table').not.toBe(raw);
    expect(word).not.toContain('_');
  }
  const rounds = page.locator('[data-testid=storage-table][data-name=day_samples]');
  await expect(rounds).toContainText(/in \d+ [hd]|within/);
});
