// The dashboard: what it counts, its filters in the address bar, and that it follows without a reload.
import { fitsWidth, isAccessible } from '../axe';
import { expect, isLive, serve, test, type Page } from '../fixture';

const app = serve('dashboard');
let lab = 0;
let office = 0;

test.beforeAll(async () => {
  const { rest } = app;
  lab = (await rest.addSubnet({ cidr: '127.11.0.0/28', name: 'Lab' })).id;
  office = (await rest.addSubnet({ cidr: '127.11.1.0/29', name: 'Office' })).id;
  await rest.addSubnet({ cidr: '127.11.1.0/30', name: 'Office, inner', discover: false });
  await rest.alive(lab, 14);
  await rest.alive(office, 6);
  for (const ip of ['127.11.0.3', '127.11.1.5']) {
    const host = (await rest.hosts(`q=${ip}`)).find((one) => one.ip === ip);
    await rest.changeHost(host!.id, { hostname: `printer-${ip.at(-1)}.example`, tags: ['printer'] });
  }
});

const tile = (page: Page, which: string) => page.getByTestId(`tile-${which}-value`);
const lines = (page: Page) => page.getByTestId('subnet-line');

test('it counts everything, with the last 24 hours of every subnet in words', async ({ page }) => {
  await app.open(page, '/');
  await expect(tile(page, 'up')).toHaveText('20');
  await expect(lines(page)).toHaveCount(3);
  await expect(page.getByTestId('strip').first()).toHaveAttribute('aria-label', /^24 h: \d+(\.\d)? % up/);
  await expect(page.getByTestId('slowest').locator('li')).toHaveCount(8);
  await expect(page.getByTestId('event-heading').first()).toContainText('Today');
});

test('filters narrow everything, live in the address bar, and survive a reload', async ({ page }) => {
  await app.open(page, '/');
  await page.getByTestId('filter-subnet').selectOption(String(office));
  await expect(page).toHaveURL(app.url(`/?subnet=${office}`));
  await expect(tile(page, 'up')).toHaveText('6');
  await expect(lines(page)).toHaveCount(2);
  await page.getByTestId('filter-tag').selectOption('printer');
  await expect(tile(page, 'up')).toHaveText('1');
  await expect(page.getByTestId('slowest').locator('li')).toHaveAttribute('data-ip', '127.11.1.5');
  for (const event of await page.getByTestId('event').all()) {
    await expect(event).toHaveAttribute('data-ip', '127.11.1.5');
  }

  await page.reload();
  await isLive(page);
  await expect(tile(page, 'up')).toHaveText('1');
  await expect(page.getByTestId('filter-subnet')).toHaveValue(String(office));
  await expect(page.getByTestId('filter-tag')).toHaveValue('printer');
  await page.getByTestId('filter-status').selectOption('down');
  await expect(page.getByTestId('empty-state')).toContainText('No host matches');

  await test.step('the back button takes each choice back', async () => {
    await page.goBack();
    await expect(page.getByTestId('filter-status')).toHaveValue('');
    await expect(tile(page, 'up')).toHaveText('1');
    await page.goBack();
    await expect(page.getByTestId('filter-tag')).toHaveValue('');
    await expect(tile(page, 'up')).toHaveText('6');
  });

  await page.getByTestId('filter-clear').click();
  await expect(page).toHaveURL(app.url('/'));
  await expect(tile(page, 'up')).toHaveText('20');
  await expect(page.getByTestId('filter-clear')).toBeHidden();
});

test('quick search narrows while typing, and a tile leads to the same hosts', async ({ page }) => {
  await app.open(page, '/');
  await page.getByTestId('filter-text').fill('printer-3');
  await expect(tile(page, 'up')).toHaveText('1');
  await expect(page).toHaveURL(app.url('/?q=printer-3'));
  await page.getByTestId('filter-text').fill('127.11.1.');
  await expect(tile(page, 'up')).toHaveText('6');
  await expect(page.getByTestId('filter-text')).toBeFocused();
  await page.getByTestId('tile-up').click();
  await expect(page).toHaveURL(/\/hosts\?status=up&q=127\.11\.1\.$/);
  await expect(page.getByTestId('host-row')).toHaveCount(6);
});

test('the filters stay on top while the page scrolls', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 500 });
  await app.open(page, '/');
  await page.mouse.wheel(0, 600);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(100);
  const box = await page.getByTestId('filter-text').boundingBox();
  expect(box?.y).toBeGreaterThan(40);
  expect(box?.y).toBeLessThan(110);
});

test('new hosts and changes arrive without a reload, also under a filter', async ({ page, context }) => {
  await app.open(page, `/?subnet=${office}`);
  const whole = await context.newPage();
  await app.open(whole, '/');
  for (const one of [page, whole]) await one.evaluate(() => Object.assign(window, { sameDocument: true }));
  await app.rest.addSubnet({ cidr: '127.11.2.0/30', name: 'Late' });
  await expect(tile(whole, 'up')).toHaveText('22');
  await expect(lines(whole)).toHaveCount(4);
  const host = (await app.rest.hosts('q=127.11.1.6')).find((one) => one.ip === '127.11.1.6');
  await app.rest.changeHost(host!.id, { description: 'Moved upstairs' });
  const event = '[data-testid=event][data-kind=changed][data-ip="127.11.1.6"]';
  await expect(page.locator(event).first()).toBeVisible();
  await expect(whole.locator(event).first()).toBeVisible();
  await expect(tile(page, 'up')).toHaveText('6');
  for (const one of [page, whole]) expect(await one.evaluate(() => 'sameDocument' in window)).toBe(true);
});

test('an event opens the drawer of its host', async ({ page }) => {
  await app.open(page, '/');
  const event = page.locator('[data-testid=event][data-ip="127.11.1.5"]').first();
  await event.getByRole('link').click();
  await expect(page).toHaveURL(/\/subnets\/\d+\/hosts\/\d+$/);
  await expect(page.getByTestId('drawer').getByRole('heading', { level: 1 })).toHaveText('127.11.1.5');
});

test('a subnet that is gone says so, and the filters lead out', async ({ page, guard }) => {
  guard.allow(/404/);
  await app.open(page, '/?subnet=9999');
  await expect(page.getByTestId('error-state')).toBeVisible();
  await page.getByTestId('filter-clear').click();
  await expect(tile(page, 'up')).toBeVisible();
});

test('a phone shows all of it', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await app.open(page, `/?subnet=${lab}&tag=printer`);
  await expect(tile(page, 'up')).toHaveText('1');
  await fitsWidth(page, 'Dashboard');
  await isAccessible(page, 'Dashboard with filters');
});
