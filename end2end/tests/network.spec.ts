// The main journey over a real network: hosts that answer, fall silent and return, and a link that breaks.
import { expect, isLive, serve, test, type Page } from '../fixture';
import { answer, linkDown, linkUp, noNetwork, silence } from '../network';
import type { Row } from '../rest';

const ANSWERING = [1, 2, 3, 10, 11, 20, 50, 51, 52, 100, 200, 254].map((last) => `10.77.3.${last}`);
const FALLING = [2, 10, 50, 100, 200].map((last) => `10.77.3.${last}`);
const V6 = ['fd77:0:0:3::10', 'fd77:0:0:3::11'];
/** first, last and count of what is unused between them. */
const GAPS = [
  ['10.77.3.4', '10.77.3.9', 6],
  ['10.77.3.12', '10.77.3.19', 8],
  ['10.77.3.21', '10.77.3.49', 29],
  ['10.77.3.53', '10.77.3.99', 47],
  ['10.77.3.101', '10.77.3.199', 99],
  ['10.77.3.201', '10.77.3.253', 53],
] as const;

test.describe.configure({ mode: 'serial' });
test.skip(noNetwork !== undefined, noNetwork);
// Rows out of sight are not in the document: high enough for all of them.
test.use({ viewport: { width: 1280, height: 1600 } });

const app = serve('network');
let v4 = 0;
let v6 = 0;

test.beforeAll(async () => {
  if (noNetwork) return;
  linkUp();
  answer(...ANSWERING, ...V6);
  v4 = (await app.rest.addSubnet({ cidr: '10.77.3.0/24', name: 'Office' })).id;
  v6 = (await app.rest.addSubnet({ cidr: 'fd77:0:0:3::/64', name: 'Office, IPv6' })).id;
});

const row = (page: Page, ip: string) => page.locator(`[data-testid=host-row][data-ip="${ip}"]`);
const rows = (page: Page, status: string) => page.locator(`[data-testid=host-row][data-status=${status}]`);

/** Waits for whole rounds of a subnet: each of them pushes latencies. */
async function rounds(page: Page, subnet: number, count: number): Promise<void> {
  await page.evaluate(
    ([id, wanted]) =>
      new Promise<void>((resolve) => {
        const stream = new EventSource(`/api/v1/events/stream?subnet=${id}`);
        let left = wanted;
        stream.addEventListener('latency', (message) => {
          if ((JSON.parse(message.data) as { subnet_id: number }).subnet_id !== id) return;
          left -= 1;
          if (left > 0) return;
          stream.close();
          resolve();
        });
      }),
    [subnet, count],
  );
}

test('a sweep lists exactly the hosts that answer, and collapses what is unused', async ({ page }) => {
  await app.open(page, `/subnets/${v4}`);
  await expect(rows(page, 'up')).toHaveCount(ANSWERING.length, { timeout: 30_000 });
  const listed = await page.getByTestId('host-row').evaluateAll((all) => all.map((one) => one.getAttribute('data-ip')));
  expect(listed).toEqual(ANSWERING);
  const gaps = await page
    .getByTestId('gap-row')
    .evaluateAll((all) => all.map(({ dataset }) => [dataset.first, dataset.last, Number(dataset.count)]));
  expect(gaps).toEqual(GAPS);
  await expect(page.getByTestId('first-free')).toHaveText('10.77.3.4');
  await expect(page.locator('[data-testid=grid-cell][data-state=up]')).toHaveCount(ANSWERING.length);

  // The API says the same as the page.
  const kinds = (await app.rest.rows(v4)).map((one: Row) => (one.kind === 'gap' ? one.count : one.ip));
  expect(kinds.filter((one) => typeof one === 'string')).toEqual(ANSWERING);
  expect(kinds.filter((one) => typeof one === 'number')).toEqual(GAPS.map(([, , count]) => count));
});

test('a gap expands in pages and collapses', async ({ page }) => {
  await app.open(page, `/subnets/${v4}`);
  const table = page.getByTestId('host-table');
  const count = async () => Number(await table.getAttribute('aria-rowcount'));
  const before = await count();
  const gap = page.locator('[data-testid=gap-row][data-first="10.77.3.101"]');
  await gap.getByTestId('gap-expand').click();
  // A page of 64, and the line that offers the rest.
  await expect.poll(count).toBe(before + 65);
  await expect(page.locator('[data-testid=free-row][data-ip="10.77.3.101"]')).toBeVisible();
  // The wheel may carry on after a row was seen and take it out of the document again: see and act in one go.
  const more = page.getByTestId('gap-more');
  await expect(async () => {
    if ((await count()) === before + 65) {
      if (!(await more.isVisible())) await page.mouse.wheel(0, 600);
      await expect(more).toContainText('35 more', { timeout: 200 });
      await more.click({ timeout: 500 });
    }
    await expect.poll(count, { timeout: 1_000 }).toBe(before + 99);
  }).toPass();
  await expect(async () => {
    await page.mouse.wheel(0, 600);
    await expect(page.locator('[data-testid=free-row][data-ip="10.77.3.199"]')).toBeVisible({ timeout: 200 });
  }).toPass();
  await expect(async () => {
    if ((await count()) === before + 99) {
      if (!(await gap.isVisible())) await page.mouse.wheel(0, -600);
      await gap.getByTestId('gap-expand').click({ timeout: 500 });
    }
    await expect.poll(count, { timeout: 1_000 }).toBe(before);
  }).toPass();
  await expect(page.getByTestId('free-row')).toHaveCount(0);
});

test('IPv6 hosts are added by hand and answer', async ({ page }) => {
  await app.open(page, `/subnets/${v6}`);
  await page.getByTestId('add-host').click();
  await page.getByTestId('host-ip').fill(V6[0]);
  await page.getByTestId('host-hostname').fill('nas.office.example');
  await page.getByTestId('host-save').click();
  await expect(row(page, V6[0])).toHaveAttribute('data-status', 'up');
  await app.rest.addHost({ ip: V6[1], hostname: 'printer.office.example' });
  await expect(row(page, V6[1])).toHaveAttribute('data-status', 'up');
  await expect(page.getByTestId('grid-none')).toBeVisible();
});

test('hosts that fall silent are suspect, then down, on every open page without reload; they return', async ({ page, context }) => {
  await app.open(page, `/subnets/${v4}`);
  await expect(rows(page, 'up')).toHaveCount(ANSWERING.length);
  const [dashboard, timeline, six] = [await context.newPage(), await context.newPage(), await context.newPage()];
  await app.open(dashboard, '/');
  await app.open(timeline, '/events?kind=down');
  await app.open(six, `/subnets/${v6}`);
  const silenced = [...FALLING, V6[0]];
  for (const one of [page, dashboard, timeline, six]) {
    await one.evaluate(() => Object.assign(window, { sameDocument: true }));
  }

  await test.step('suspect first', async () => {
    silence(...silenced);
    // At the same time: the rounds of the two subnets are not in step.
    const suspect = (one: Page, ip: string) =>
      expect(row(one, ip).and(one.locator('[data-status=up]'))).toContainText('Suspect');
    await Promise.all([...FALLING.map((ip) => suspect(page, ip)), suspect(six, V6[0])]);
    expect((await app.rest.events('kind=down')).length).toBe(0);
  });

  await test.step('then down', async () => {
    await expect(rows(page, 'down')).toHaveCount(FALLING.length, { timeout: 40_000 });
    for (const ip of FALLING) await expect(row(page, ip)).toHaveAttribute('data-status', 'down');
    await expect(row(six, V6[0])).toHaveAttribute('data-status', 'down', { timeout: 30_000 });
    await expect(rows(page, 'up')).toHaveCount(ANSWERING.length - FALLING.length);
    await expect(dashboard.getByTestId('tile-down-value')).toHaveText(String(silenced.length));
    await expect(dashboard.locator('[data-testid=event][data-kind=down]')).toHaveCount(silenced.length);
    await expect(timeline.locator('[data-testid=event][data-kind=down]')).toHaveCount(silenced.length);
    const events = await app.rest.events('kind=down');
    expect(events.map((event) => event.ip).sort()).toEqual([...silenced].sort());
    expect((await app.rest.hosts('status=down')).map((host) => host.ip).sort()).toEqual([...silenced].sort());
  });

  await test.step('and up again', async () => {
    answer(...silenced);
    await expect(rows(page, 'up')).toHaveCount(ANSWERING.length, { timeout: 30_000 });
    await expect(row(six, V6[0])).toHaveAttribute('data-status', 'up', { timeout: 30_000 });
    await expect(dashboard.getByTestId('tile-down-value')).toHaveText('0');
    await expect(dashboard.getByTestId('tile-up-value')).toHaveText(String(ANSWERING.length + V6.length));
  });

  for (const one of [page, dashboard, timeline, six]) {
    expect(await one.evaluate(() => 'sameDocument' in window), 'no page was reloaded').toBe(true);
  }
});

test('a link that is down makes hosts unknown with a banner, never down', async ({ page, context }) => {
  const before = (await app.rest.events('kind=down')).length;
  await app.open(page, `/subnets/${v4}`);
  const six = await context.newPage();
  await app.open(six, `/subnets/${v6}`);
  await expect(rows(page, 'up')).toHaveCount(ANSWERING.length);
  try {
    linkDown();
    await expect(rows(page, 'unknown')).toHaveCount(ANSWERING.length, { timeout: 30_000 });
    await expect(rows(six, 'unknown')).toHaveCount(V6.length, { timeout: 30_000 });
    const banner = page.locator('[data-testid=banner][data-code=unreachable]');
    await expect(banner).toContainText('10.77.3.0/24');
    await expect(banner).toContainText('not down');
    // More rounds than would make a silent host Down.
    await rounds(page, v4, 3);
    await expect(rows(page, 'unknown')).toHaveCount(ANSWERING.length);
    await expect(rows(six, 'unknown')).toHaveCount(V6.length);
  } finally {
    linkUp();
  }
  await expect(rows(page, 'up')).toHaveCount(ANSWERING.length, { timeout: 30_000 });
  await expect(rows(six, 'up')).toHaveCount(V6.length, { timeout: 30_000 });
  await expect(page.getByTestId('banner')).toHaveCount(0);
  expect((await app.rest.events('kind=down')).length).toBe(before);
  await isLive(page);
});
