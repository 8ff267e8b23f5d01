// Ports of a real listener: scanned by the drawer's button, shown as chips, filtered by, accepted, and gone again.
import type { Server } from 'node:http';
import { fitsWidth, isAccessible } from '../axe';
import { expect, serve, test, type Page } from '../fixture';
import { hangUp, listen } from '../listener';

/** Only these are asked, so that a scan is over in seconds; nobody else listens on them. */
const [FIRST, SECOND] = [17_180, 17_181];
const IP = '127.13.0.1';

const app = serve('ports', {
  NMAP_ARGS: `-Pn -T4 -sT -sV -p ${FIRST}-${SECOND}`,
  ENABLE_NMAP_SCHEDULER: '0',
});
let subnet = 0;
let host = 0;
let drawer = '';
const listeners: Server[] = [];

test.beforeAll(async () => {
  listeners.push(await listen(IP, FIRST));
  subnet = (await app.rest.addSubnet({ cidr: '127.13.0.0/30', name: 'Loopback' })).id;
  await app.rest.alive(subnet, 2);
  host = (await app.rest.hosts(`subnet=${subnet}`)).find((one) => one.ip === IP)!.id;
  drawer = `/subnets/${subnet}/hosts/${host}`;
});

test.afterAll(() => Promise.all(listeners.map(hangUp)));

const row = (page: Page) => page.locator(`[data-testid=host-row][data-ip="${IP}"]`);
const over = (page: Page, kind: string) => page.locator(`[data-testid=job-over][data-kind=${kind}]`);

/** Presses the button, also while the server says that the last scan is too new. */
async function scan(page: Page): Promise<void> {
  await expect(async () => {
    await page.getByTestId('job-port-scan').click();
    await expect(page.locator('[data-testid=job][data-kind=port_scan]')).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000, intervals: [3_000] });
  await expect(page.getByTestId('job-port-scan')).toBeDisabled();
  await expect(over(page, 'port_scan')).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
  await expect(page.getByTestId('job-port-scan')).toBeEnabled();
}

test('a scan that is asked for shows how far it is, and its port in every open page', async ({ page, context }) => {
  const second = await context.newPage();
  await app.open(second, `/subnets/${subnet}`);
  await app.open(page, drawer);
  await expect(page.getByTestId('port-scan')).toHaveText('not scanned yet');
  await page.getByTestId('job-port-scan').click();
  const job = page.locator('[data-testid=job][data-kind=port_scan]');
  await expect(job.getByRole('progressbar')).toBeVisible();
  await expect(page.getByTestId('job-port-scan')).toBeDisabled();
  await expect(over(page, 'port_scan')).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
  await expect(job).toHaveCount(0);
  await expect(page.getByTestId('port-scan')).toHaveText('2 asked just now');
  const port = page.locator(`[data-testid=port][data-port="${FIRST}"]`);
  await expect(port).toBeVisible();
  // What a first scan finds is no news, and belongs to the host.
  await expect(page.getByTestId('new-ports')).toHaveCount(0);
  await expect(row(second).getByTestId('chips')).toContainText(String(FIRST));
  const answer = await app.rest.get<{ items: { port: number; service: string | null; product: string | null }[] }>(
    `/api/v1/hosts/${host}/ports`,
  );
  expect(answer.items.map(({ port }) => port)).toEqual([FIRST]);
  const [{ service, product }] = answer.items;
  if (service) await expect(port).toContainText(`${FIRST}/${service}`);
  if (product) await expect(port).toContainText(product);
});

test('one field filters by number and by what a chip says, on every page', async ({ page }) => {
  await app.open(page, `/subnets/${subnet}`);
  await expect(page.getByTestId('host-row')).toHaveCount(2);
  await page.getByTestId('filter-port').fill(String(FIRST));
  await expect(page.getByTestId('host-row')).toHaveCount(1);
  await expect(page).toHaveURL(app.url(`/subnets/${subnet}?port=${FIRST}`));
  await expect(row(page)).toBeVisible();
  await expect(page.locator('#open-ports option')).toHaveAttribute('value', new RegExp(`^${FIRST}`));
  await page.getByTestId('filter-port').fill(String(SECOND));
  await expect(page.getByTestId('no-match')).toBeVisible();

  await app.open(page, `/hosts?port=${FIRST}`);
  await expect(page.getByTestId('filter-port')).toHaveValue(String(FIRST));
  await expect(page.getByTestId('host-row')).toHaveCount(1);
  await app.open(page, '/');
  await page.getByTestId('filter-port').fill(String(FIRST));
  await expect(page.getByTestId('tile-up-value')).toHaveText('1');
  await expect(page).toHaveURL(app.url(`/?port=${FIRST}`));
});

test('a port that opens is marked until somebody accepts it, and one that closes is told', async ({ page, guard }) => {
  test.setTimeout(200_000);
  guard.allow(/rpc\/start_job.* 429|answer 429 to .*start_job|status of 429/);
  await app.open(page, drawer);
  await test.step('the ports are not scanned again at once, and the refusal says when', async () => {
    await page.getByTestId('job-port-scan').click();
    await expect(page.getByTestId('drawer').getByTestId('toast')).toContainText(/again in \d+ s/);
  });
  listeners.push(await listen(IP, SECOND));
  await scan(page);
  const port = page.locator(`[data-testid=port][data-port="${SECOND}"]`);
  await expect(port).toHaveAttribute('data-new', '');
  await expect(page.getByTestId('new-ports')).toContainText('1 port was not open before');
  await expect(page.locator('[data-testid=event][data-kind=port_opened]')).toHaveCount(1);
  await isAccessible(page, 'Drawer with ports');
  await page.getByTestId('accept-ports').click();
  await expect(page.getByTestId('new-ports')).toHaveCount(0);
  await expect(port).not.toHaveAttribute('data-new');

  await hangUp(listeners.shift()!);
  await scan(page);
  await expect(page.locator(`[data-testid=port][data-port="${FIRST}"]`)).toHaveCount(0);
  await expect(page.locator('[data-testid=event][data-kind=port_closed]')).toHaveCount(1);
  await page.getByTestId('closed-ports').locator('summary').click();
  await expect(page.locator(`[data-testid=closed-port][data-port="${FIRST}"]`)).toBeVisible();
});

test('a ping now tells what came back', async ({ page }) => {
  await app.open(page, drawer);
  await page.getByTestId('job-ping').click();
  await expect(over(page, 'ping')).toHaveAttribute('data-state', 'done');
  await expect(over(page, 'ping')).toContainText(/ms/);
});

test('a scan that goes on is seen by whoever opens the drawer, and ends when it is cancelled', async ({ page, context }) => {
  const other = (await app.rest.hosts(`subnet=${subnet}`)).find((one) => one.ip !== IP)!;
  const silent = await listen(other.ip, SECOND);
  silent.removeAllListeners('request');
  listeners.push(silent);
  await app.open(page, `/subnets/${subnet}/hosts/${other.id}`);
  await page.getByTestId('job-port-scan').click();
  const late = await context.newPage();
  await app.open(late, `/subnets/${subnet}/hosts/${other.id}`);
  await expect(late.getByTestId('job-port-scan')).toBeDisabled();
  await late.getByTestId('job-cancel').click();
  for (const one of [page, late]) {
    await expect(over(one, 'port_scan')).toHaveAttribute('data-state', 'cancelled');
  }
});

test('settings say what scans ports', async ({ page }) => {
  await app.open(page, '/settings');
  await expect(page.getByTestId('port-scanner')).toContainText(/nmap|built-in/);
  await expect(page.getByTestId('port-scanner')).toContainText('only when somebody asks for it');
});

test('a phone keeps the ports in cards and in the drawer', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await app.open(page, `/subnets/${subnet}`);
  await expect(row(page).getByTestId('chips')).toBeVisible();
  await fitsWidth(page, 'Subnet with ports');
  await app.open(page, drawer);
  await expect(page.getByTestId('open-ports').getByTestId('port')).toHaveCount(1);
  await fitsWidth(page, 'Drawer with ports');
});

test('ports are in sight at every width, on both lists', async ({ page }) => {
  for (const width of [1440, 1100, 1000, 901, 900, 800, 721, 720, 360]) {
    await page.setViewportSize({ width, height: 1600 });
    for (const path of [`/subnets/${subnet}`, '/hosts']) {
      await app.open(page, path);
      const chips = row(page).getByTestId('chips');
      await expect(chips.locator('.chip').first(), `${path} at ${width}`).toBeInViewport({ ratio: 1 });
      await expect(chips).toContainText(String(SECOND));
      await fitsWidth(page, `${path} at ${width}`);
      const cut = await row(page).evaluate((line) => line.scrollWidth - line.clientWidth);
      expect.soft(cut, `${path} at ${width}: the line is too long by`).toBeLessThanOrEqual(0);
    }
  }
});
