// The timeline: filters in the address bar, new events without a reload and without moving what is read, pages.
import { fitsWidth, isAccessible } from '../axe';
import { expect, isLive, serve, test, type Page } from '../fixture';

const HOSTS = 126;
const app = serve('events', { PING_RATE: '0' });
let many = 0;
let few = 0;

test.beforeAll(async () => {
  many = (await app.rest.addSubnet({ cidr: '127.12.0.0/25', name: 'Many' })).id;
  few = (await app.rest.addSubnet({ cidr: '127.12.1.0/29', name: 'Few' })).id;
  await app.rest.alive(many, HOSTS);
  await app.rest.alive(few, 6);
});

const events = (page: Page) => page.getByTestId('event');

async function find(ip: string) {
  const host = (await app.rest.hosts(`q=${ip}`)).find((one) => one.ip === ip);
  expect(host, ip).toBeDefined();
  return host!;
}

/** Makes an event that nothing else makes. */
async function edit(ip: string, description: string): Promise<void> {
  await app.rest.changeHost((await find(ip)).id, { description });
}

test('filters live in the address bar and survive a reload', async ({ page }) => {
  await edit('127.12.1.3', 'Desk');
  await app.open(page, '/events');
  await page.getByTestId('filter-kinds').click();
  await page.getByTestId('kind-changed').click();
  await expect(page).toHaveURL(app.url('/events?kind=changed'));
  await expect(events(page)).toHaveCount(1);
  await page.getByTestId('kind-discovered').click();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('kind-discovered')).toBeHidden();
  await expect(page.getByTestId('filter-kinds')).toBeFocused();
  await page.getByTestId('filter-subnet').selectOption(String(few));
  await page.getByTestId('filter-since').selectOption('1h');
  await expect(events(page)).toHaveCount(7);

  await page.reload();
  await isLive(page);
  await expect(events(page)).toHaveCount(7);
  await expect(page.getByTestId('filter-kinds')).toHaveText('2 kinds');
  await expect(page.getByTestId('filter-since')).toHaveValue('1h');
  await page.goBack();
  await expect(page.getByTestId('filter-since')).toHaveValue('');
  await page.getByTestId('filter-clear').click();
  await expect(page).toHaveURL(app.url('/events'));
  await expect(events(page)).toHaveCount(100);
});

test('a host is found by its address, its name, or the address of the page', async ({ page }) => {
  const { id } = await find('127.12.1.4');
  await app.rest.changeHost(id, { hostname: 'scale.example' });
  await edit('127.12.1.4', 'Weighs things');
  await app.open(page, '/events');
  await page.getByTestId('filter-text').fill('127.12.1.4');
  await expect(events(page)).toHaveCount((await app.rest.events(`host=${id}`)).length);
  await page.getByTestId('filter-text').fill('SCALE.ex');
  await expect(events(page)).toHaveCount((await app.rest.events('q=scale.EX')).length);
  await expect(events(page).first()).toContainText('scale.example');
  await page.getByTestId('filter-text').fill('nobody knows this');
  await expect(page.getByTestId('empty-state')).toContainText('No event matches');
  await app.open(page, `/events?host=${id}`);
  await expect(page.getByTestId('filter-host')).toContainText('scale.example');
  await events(page).first().getByRole('link').click();
  await expect(page).toHaveURL(app.url(`/subnets/${few}/hosts/${id}`));
});

test('a new event that fits appears on top by itself, another one does not', async ({ page }) => {
  await app.open(page, `/events?kind=changed&subnet=${few}`);
  await expect(page.getByTestId('loading')).toHaveCount(0);
  const before = await events(page).count();
  await edit('127.12.0.9', 'Elsewhere');
  await edit('127.12.1.5', 'Here');
  await expect(events(page)).toHaveCount(before + 1);
  await expect(events(page).first()).toHaveAttribute('data-ip', '127.12.1.5');
});

test('new events wait above what is read, behind a pill that tells how many', async ({ page }) => {
  await app.open(page, '/events');
  await expect(events(page)).toHaveCount(100);
  await page.mouse.wheel(0, 1500);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(1000);
  const read = events(page).nth(40);
  const place = await read.boundingBox();
  await edit('127.12.0.20', 'First');
  const pill = page.getByTestId('new-events');
  await expect(pill).toHaveText('1 new event');
  await edit('127.12.0.21', 'Second');
  await expect(pill).toHaveText('2 new events');
  expect(await read.boundingBox()).toEqual(place);
  await pill.click();
  await expect(pill).toBeHidden();
  await expect(events(page).first()).toHaveAttribute('data-ip', '127.12.0.21');
  await expect(events(page).first()).toBeInViewport();
});

test('older events come by pages', async ({ page }) => {
  await app.open(page, '/events?kind=discovered');
  await expect(events(page)).toHaveCount(100);
  await page.getByTestId('load-more').click();
  await expect(events(page)).toHaveCount(HOSTS + 6);
  await expect(page.getByTestId('load-more')).toHaveCount(0);
});

test('a phone shows all of it, the sheet of kinds too', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await app.open(page, '/events?since=24h');
  await page.getByTestId('filter-kinds').click();
  await expect(page.getByTestId('kind-removed')).toBeInViewport();
  await fitsWidth(page, 'Events');
  await isAccessible(page, 'Events with the sheet of kinds');
});
