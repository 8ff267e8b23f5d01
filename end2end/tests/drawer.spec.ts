// The drawer of one host: opened by keyboard, edited where it stands, live in every tab.
import { expect, isLive, serve, test, type Page } from '../fixture';

const app = serve('drawer');
let subnet = 0;

test.beforeAll(async () => {
  subnet = (await app.rest.addSubnet({ cidr: '127.5.0.0/28', name: 'Lab' })).id;
  await app.rest.alive(subnet, 14);
});

const drawer = (page: Page) => page.getByTestId('drawer');

/** Replaces a field's text and saves it. */
async function edit(page: Page, name: string, text: string): Promise<void> {
  await page.getByTestId(`edit-${name}`).click();
  await page.getByTestId(`edit-${name}-input`).fill(text);
  await page.getByTestId('edit-save').click();
  await expect(page.getByTestId(`edit-${name}-input`)).toHaveCount(0);
}

async function find(ip: string) {
  const host = (await app.rest.hosts(`subnet=${subnet}`)).find((one) => one.ip === ip);
  expect(host, ip).toBeDefined();
  return host!;
}

test('a row opens by keyboard, Esc closes it, and the focus is where it was', async ({ page }) => {
  await app.open(page, `/subnets/${subnet}`);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const table = page.getByTestId('host-table');
  await expect(table).toBeFocused();
  const current = page.locator(`[id="${await table.getAttribute('aria-activedescendant')}"]`);
  await expect(current).toHaveAttribute('data-ip', '127.5.0.2');
  await page.keyboard.press('Enter');
  await expect(drawer(page)).toBeVisible();
  await expect(drawer(page).getByRole('heading', { level: 1 })).toHaveText('127.5.0.2');
  await expect(drawer(page).getByTestId('drawer-status')).toHaveText('Up');
  const { id } = await find('127.5.0.2');
  await expect(page).toHaveURL(app.url(`/subnets/${subnet}/hosts/${id}`));
  // The focus stays inside while it is open.
  for (let n = 0; n < 12; n += 1) {
    await page.keyboard.press('Tab');
    const inside = await page.evaluate(() => document.activeElement?.closest('dialog') !== null || document.activeElement === document.body);
    expect(inside).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(drawer(page)).toHaveCount(0);
  await expect(page).toHaveURL(app.url(`/subnets/${subnet}`));
  await expect(table).toBeFocused();
  await expect(current).toHaveAttribute('data-ip', '127.5.0.2');
  await expect(current).toHaveClass(/cursor/);
});

test('p pings: the row that the reader is at, and the host whose drawer is open', async ({ page, guard }) => {
  // The same host was pinged just now: the server asks for patience.
  guard.allow(/rpc\/start_job.* 429|answer 429 to .*start_job|status of 429/);
  await app.open(page, `/subnets/${subnet}`);
  await page.keyboard.press('?');
  await expect(page.getByTestId('key-help')).toContainText('Ping the host');
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('p');
  await expect(page.getByTestId('toast')).toContainText(/127\.5\.0\.1: reply in \d/);
  await page.keyboard.press('Enter');
  await expect(drawer(page)).toBeVisible();
  const over = page.locator('[data-testid=job-over][data-kind=ping]');
  await expect(async () => {
    await page.keyboard.press('p');
    await expect(over).toContainText('reply in', { timeout: 3_000 });
  }).toPass({ timeout: 30_000 });
  // Whoever writes is not pinging.
  await page.getByTestId('edit-description').click();
  await page.getByTestId('edit-description-input').press('p');
  await expect(page.getByTestId('edit-description-input')).toHaveValue('p');
});

test('fields are edited where they stand, and every other tab sees it at once', async ({ page, context }) => {
  const { id } = await find('127.5.0.3');
  await app.open(page, `/subnets/${subnet}/hosts/${id}`);
  const second = await context.newPage();
  await app.open(second, `/subnets/${subnet}`);
  const row = second.locator('[data-testid=host-row][data-ip="127.5.0.3"]');

  await edit(page, 'hostname', 'switch-1.lab.example');
  await expect(row).toContainText('switch-1.lab.example');
  await edit(page, 'description', 'Top of rack');
  await expect(row).toContainText('Top of rack');
  await edit(page, 'tags', 'network rack-2');
  await expect(row).toContainText('rack-2');
  await edit(page, 'notes', 'Firmware is old.\nReplace in spring.');
  expect(await app.rest.host(id)).toMatchObject({
    hostname: 'switch-1.lab.example',
    hostname_source: 'manual',
    description: 'Top of rack',
    tags: ['network', 'rack-2'],
    notes: 'Firmware is old.\nReplace in spring.',
  });

  await test.step('a drawer that is open elsewhere follows too', async () => {
    await app.open(second, `/subnets/${subnet}/hosts/${id}`);
    await edit(page, 'description', 'Bottom of rack');
    await expect(second.getByTestId('edit-description')).toContainText('Bottom of rack');
  });
});

test('a name that is none shows why and saves nothing', async ({ page }) => {
  const { id } = await find('127.5.0.4');
  await app.open(page, `/subnets/${subnet}/hosts/${id}`);
  await page.getByTestId('edit-hostname').click();
  const input = page.getByTestId('edit-hostname-input');
  await expect(input).toBeFocused();
  await input.fill('no spaces please');
  await expect(page.getByTestId('edit-error')).toContainText('only letters, digits');
  await expect(input).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByTestId('edit-save')).toBeDisabled();
  await input.press('Enter');
  await expect(input).toBeVisible();
  expect((await app.rest.host(id)).hostname).toBeNull();
  // The first Esc leaves the field, the drawer stays.
  await input.press('Escape');
  await expect(input).toHaveCount(0);
  await expect(drawer(page)).toBeVisible();
  await expect(page.getByTestId('edit-hostname')).toBeFocused();
});

test('a change can be taken back', async ({ page }) => {
  const { id } = await find('127.5.0.5');
  await app.rest.changeHost(id, { description: 'Before' });
  await app.open(page, `/subnets/${subnet}/hosts/${id}`);
  await edit(page, 'description', 'After');
  await expect.poll(async () => (await app.rest.host(id)).description).toBe('After');
  await drawer(page).getByTestId('undo').click();
  await expect(page.getByTestId('edit-description')).toContainText('Before');
  expect((await app.rest.host(id)).description).toBe('Before');
});

test('the address of a drawer works after a reload, and closing it leads to the subnet', async ({ page }) => {
  const { id } = await find('127.5.0.6');
  await app.open(page, `/subnets/${subnet}/hosts/${id}`);
  await page.reload();
  await isLive(page);
  await expect(drawer(page).getByRole('heading', { level: 1 })).toHaveText('127.5.0.6');
  await page.getByTestId('drawer-close').click();
  await expect(drawer(page)).toHaveCount(0);
  await expect(page).toHaveURL(app.url(`/subnets/${subnet}`));
  await page.locator('[data-testid=host-row][data-ip="127.5.0.7"]').getByRole('link').click();
  await expect(drawer(page).getByRole('heading', { level: 1 })).toHaveText('127.5.0.7');
  await page.goBack();
  await expect(drawer(page)).toHaveCount(0);
});
