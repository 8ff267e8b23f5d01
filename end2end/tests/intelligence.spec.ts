// What a look from outside says of a host, in its drawer: asked for, followed, judged; or why it is not looked at.
import type { Server } from 'node:http';
import { fitsWidth, isAccessible } from '../axe';
import { expect, serve, test, type Page } from '../fixture';
import { hangUp, listen } from '../listener';

const IP = '127.15.0.1';

let web: Server | undefined;
test.beforeAll(async () => {
  web = await listen(IP, 8080);
});
test.afterAll(async () => {
  if (web) await hangUp(web);
});

const section = (page: Page) => page.getByTestId('intelligence');
const shot = async (page: Page, name: string) => {
  if (process.env.E2E_SHOTS) await section(page).screenshot({ path: `${process.env.E2E_SHOTS}/${name}.png` });
};

test.describe('with the loopback allowed', () => {
  const app = serve('intelligence', { ALLOW_TARGETS: '127.0.0.0/8', ENABLE_NMAP_SCHEDULER: '0' });
  let drawer = '';

  test.beforeAll(async () => {
    const { id } = await app.rest.addSubnet({ cidr: '127.15.0.0/30', name: 'Lab' });
    await app.rest.alive(id, 2);
    const host = (await app.rest.hosts(`subnet=${id}`)).find((one) => one.ip === IP)!;
    drawer = `/subnets/${id}/hosts/${host.id}`;
  });

  test('a scan is asked for in the drawer, and its verdict stands there in every tab', async ({ page, context }) => {
    const second = await context.newPage();
    await app.open(second, drawer);
    await app.open(page, drawer);
    await expect(section(page)).toContainText('not scanned yet');
    await expect(page.getByTestId('intelligence-refused')).toHaveCount(0);
    await page.getByTestId('intelligence-scan').click();
    const verdict = page.getByTestId('verdict');
    await expect(verdict).toBeVisible({ timeout: 60_000 });
    await expect(verdict.getByTestId('risk')).toHaveAttribute('data-level', /^(none|low|medium|high|critical)$/);
    await expect(verdict).toContainText(/\d+ of 100/);
    await expect(verdict).toContainText(`scan of ${IP}`);
    await expect(verdict.locator('.verdict-summary')).not.toBeEmpty();
    await expect(page.getByTestId('intelligence-scan')).toBeEnabled();
    await expect(second.getByTestId('verdict')).toBeVisible();
    await shot(page, 'intelligence-1440');

    const { token } = await app.rest.get<{ token: string }>(`/api/v1/hosts/${drawer.split('/').pop()}/verdict`);
    const before = await verdict.getByTestId('verdict-scan').getAttribute('href');
    expect(before).toBe(`/scanner/${token}`);
    await page.getByTestId('intelligence-scan').click();
    await expect(verdict.getByTestId('verdict-scan')).not.toHaveAttribute('href', before!, { timeout: 60_000 });
    await verdict.getByTestId('verdict-scan').click();
    await expect(page).toHaveURL(/\/scanner\/\w{32}$/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(IP);
  });

  test('it fits a phone and is accessible', async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await app.open(page, drawer);
    await expect(page.getByTestId('verdict')).toBeVisible();
    await shot(page, 'intelligence-360');
    await fitsWidth(page, 'Drawer');
    await isAccessible(page, 'IP intelligence');
  });
});

test.describe('without', () => {
  const app = serve('intelligence-refused', { ENABLE_NMAP_SCHEDULER: '0' });

  test('it says why the address is not scanned', async ({ page }) => {
    const { id } = await app.rest.addSubnet({ cidr: '127.15.0.0/30', name: 'Lab' });
    await app.rest.alive(id, 2);
    const [host] = await app.rest.hosts(`subnet=${id}`);
    await app.open(page, `/subnets/${id}/hosts/${host.id}`);
    await expect(page.getByTestId('intelligence-refused')).toContainText('It is not scanned: ');
    await expect(page.getByTestId('intelligence-refused')).toContainText('ALLOW_TARGETS');
    await expect(page.getByTestId('intelligence-scan')).toHaveCount(0);
    await shot(page, 'intelligence-refused');
  });
});
