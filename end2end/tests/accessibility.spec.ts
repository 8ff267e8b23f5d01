// Every main page, in every theme, wide and narrow: axe finds nothing serious.
import { isAccessible } from '../axe';
import { expect, isLive, serve, test } from '../fixture';

const app = serve('accessibility');
let paths: [string, string][] = [];

test.beforeAll(async () => {
  const { rest } = app;
  const subnet = await rest.addSubnet({ cidr: '127.4.0.0/28', name: 'Workshop', tags: ['lab'] });
  await rest.addSubnet({ cidr: '127.4.0.0/30', name: 'Workshop, inner', discover: false });
  await expect.poll(async () => (await rest.hosts('q=127.4.0.14')).length, { timeout: 30_000 }).toBe(1);
  const [{ id }] = await rest.hosts('q=127.4.0.14');
  const host = await rest.changeHost(id, { hostname: 'saw.example', description: 'Table saw', tags: ['machine', 'lab'] });
  paths = [
    ['dashboard', '/'],
    ['subnets', '/subnets'],
    ['subnet', `/subnets/${subnet.id}`],
    ['host', `/subnets/${subnet.id}/hosts/${host.id}`],
    ['hosts', '/hosts'],
    ['events', '/events'],
    ['scanner', '/scanner'],
    ['settings', '/settings'],
  ];
});

for (const [width, height] of [
  [1440, 900],
  [360, 740],
]) {
  test.describe(`${width} pixels wide`, () => {
    test.use({ viewport: { width, height } });

    test('every page is accessible in every theme', async ({ page }) => {
      await page.goto(app.url('/login'));
      await isAccessible(page, 'sign-in');
      await app.signIn(page.context());
      for (const [what, path] of paths) {
        await page.goto(app.url(path));
        await isLive(page);
        await expect(page.getByTestId('loading')).toHaveCount(0);
        await isAccessible(page, what);
      }
    });
  });
}

test('dialogs are accessible', async ({ page }) => {
  await app.open(page, '/subnets');
  await page.getByTestId('add-subnet').click();
  await page.getByTestId('subnet-cidr').fill('127.4.1.1/28');
  await isAccessible(page, 'adding a subnet');
  await app.open(page, '/settings');
  await page.getByTestId('token-add').click();
  await expect(page.getByTestId('token-name')).toBeVisible();
  await isAccessible(page, 'adding a token');
});

test('the keyboard leads around and lists its keys', async ({ page }) => {
  await app.open(page, '/');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page).toHaveURL(app.url('/subnets'));
  await page.keyboard.press('/');
  await expect(page.getByTestId('search')).toBeFocused();
  await page.keyboard.type('saw');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/hosts\?q=saw$/);
  await expect(page.getByRole('main')).toContainText('127.4.0.14');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  await expect(page.getByTestId('key-help')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('key-help')).toBeHidden();
});
