// Credentials for SNMP of one host: set in its drawer, used by a real agent that knows nobody else, and taken back.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitsWidth, isAccessible } from '../axe';
import { expect, serve, test, type Page } from '../fixture';
import { Agent, noAgent } from '../snmp';

test.describe.configure({ mode: 'serial' });

const COMMUNITY = 'only-this-switch';
const [IP, PORT] = ['127.14.0.1', 17_161];
const app = serve('host-snmp');
let agent: Agent | undefined;
let drawer = '';
let host = 0;

test.beforeAll(async () => {
  if (!noAgent) agent = Agent.start(IP, PORT, COMMUNITY, 'core-switch');
  const { id } = await app.rest.addSubnet({ cidr: '127.14.0.0/30', name: 'Lab' });
  await app.rest.alive(id, 2);
  host = (await app.rest.hosts(`subnet=${id}`)).find((one) => one.ip === IP)!.id;
  drawer = `/subnets/${id}/hosts/${host}`;
});
test.afterAll(() => agent?.stop());

const how = (page: Page) => page.getByTestId('host-snmp');
const dialog = (page: Page) => page.getByTestId('snmp-dialog').filter({ visible: true });
const shot = async (page: Page, name: string) => {
  if (process.env.E2E_SHOTS) await page.screenshot({ path: `${process.env.E2E_SHOTS}/${name}.png` });
};

/** Opens the drawer and its form. */
async function ask(page: Page): Promise<void> {
  await app.open(page, drawer);
  await page.getByTestId('host-snmp-edit').click();
  await expect(dialog(page)).toBeVisible();
}

test('own credentials are set in the drawer, and never shown again', async ({ page }) => {
  await app.open(page, drawer);
  await expect(how(page)).toHaveText('Its subnet has no credentials.');
  await expect(page.getByTestId('edit-snmp')).toHaveCount(0);
  await page.getByTestId('host-snmp-edit').click();
  await expect(dialog(page)).toContainText(`SNMP of ${IP}`);
  await dialog(page).getByTestId('snmp-level').selectOption('v2c');
  await dialog(page).getByTestId('snmp-save').click();
  await expect(dialog(page).getByTestId('field-error')).toHaveText('1 to 64 characters');
  await dialog(page).getByTestId('community').fill(COMMUNITY);
  await dialog(page).getByTestId('snmp-port').fill(String(PORT));
  await shot(page, 'snmp-form-1440');
  await dialog(page).getByTestId('snmp-save').click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(page.getByTestId('drawer')).toBeVisible();
  await expect(how(page)).toHaveText(`Own credentials: version 2c, port ${PORT}.`);
  await expect(page.getByTestId('edit-snmp')).toBeChecked();
  expect(await page.content()).not.toContain(COMMUNITY);
  for (const file of readdirSync(app.server.folder)) {
    const bytes = readFileSync(join(app.server.folder, file));
    expect(bytes.includes(COMMUNITY), `${file} tells the community`).toBe(false);
  }
});

test('the agent that knows only these names the host', async ({ page, guard }) => {
  guard.allow(/rpc\/start_job.* 429|answer 429 to .*start_job|status of 429/);
  test.skip(noAgent !== undefined, noAgent);
  await app.open(page, drawer);
  // The agent may have begun later than it was asked first.
  await expect(async () => {
    await page.getByTestId('job-lookup').click({ timeout: 2_000 });
    await expect(page.getByTestId('drawer')).toContainText('core-switch', { timeout: 6_000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByTestId('drawer')).toContainText('from SNMP');
});

test('the form fits a phone and is accessible', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await app.open(page, drawer);
  await how(page).scrollIntoViewIfNeeded();
  await shot(page, 'snmp-drawer-360');
  await fitsWidth(page, 'Drawer');
  await page.getByTestId('host-snmp-edit').click();
  await expect(dialog(page).getByTestId('snmp-stored')).toContainText(`version 2c, port ${PORT}`);
  await shot(page, 'snmp-form-360');
  await fitsWidth(page, 'Form');
  await isAccessible(page, 'Own SNMP credentials');
});

test('the host is switched off, and goes back to what its subnet says', async ({ page }) => {
  await app.open(page, drawer);
  await page.getByTestId('edit-snmp').uncheck();
  await expect.poll(async () => (await app.rest.get<{ snmp: boolean }>(`/api/v1/hosts/${host}`)).snmp).toBe(false);
  await page.getByTestId('edit-snmp').check();
  await ask(page);
  // Esc closes the form alone.
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  await expect(page.getByTestId('drawer')).toBeVisible();
  await page.getByTestId('host-snmp-edit').click();
  await dialog(page).getByTestId('snmp-forget').click();
  await expect(how(page)).toHaveText('Its subnet has no credentials.');
  await expect(page.getByTestId('drawer')).toBeVisible();
});
