// What a host is called: DNS names it, a person outranks DNS, one click takes what DNS says; credentials for SNMP.
import { expect, serve, test, type Page } from '../fixture';

// Loopback addresses are called localhost without asking anybody (RFC 6761); whoever would be asked is not there.
const app = serve('names', { PTR_LOOKUP_ENABLED: '1', DNS_SERVERS: '127.0.0.1:9' });
let subnet = 0;

test.beforeAll(async () => {
  subnet = (await app.rest.addSubnet({ cidr: '127.9.0.0/29', name: 'Lab' })).id;
  await app.rest.alive(subnet, 6);
});

const drawer = (page: Page) => page.getByTestId('drawer');

test('DNS names a host, and beside another name it offers its own', async ({ page }) => {
  const name = async () => (await app.rest.hosts(`subnet=${subnet}`))[0]?.hostname;
  await expect.poll(name, { timeout: 20_000 }).toBe('localhost');
  const { id } = (await app.rest.hosts(`subnet=${subnet}`))[0];
  await app.open(page, `/subnets/${subnet}/hosts/${id}`);
  await expect(drawer(page)).toContainText('from DNS');
  await expect(page.getByTestId('dns-says')).toHaveCount(0);

  await page.getByTestId('edit-hostname').click();
  await page.getByTestId('edit-hostname-input').fill('mine');
  await page.getByTestId('edit-save').click();
  await expect(page.getByTestId('dns-says')).toContainText('DNS says localhost');
  await page.getByTestId('dns-take').click();
  await expect(page.getByTestId('dns-says')).toHaveCount(0);
  await expect(drawer(page)).toContainText('manual');
  expect((await app.rest.hosts(`subnet=${subnet}`))[0].hostname).toBe('localhost');
});

test('credentials for SNMP are stored, and never shown again', async ({ page }) => {
  await app.open(page, `/subnets/${subnet}`);
  await page.getByTestId('subnet-snmp').click();
  const dialog = page.getByTestId('snmp-dialog');
  await expect(page.getByTestId('snmp-stored')).toHaveCount(0);
  await page.getByTestId('snmp-user').fill('rollcall');
  await page.getByTestId('auth_password').fill('short');
  await page.getByTestId('privacy_password').fill('battery staple');
  await page.getByTestId('snmp-save').click();
  await expect(dialog.getByTestId('field-error')).toHaveText('8 to 64 characters');
  await page.getByTestId('auth_password').fill('correct horse');
  await page.getByTestId('snmp-save').click();
  await expect(dialog).toBeHidden();

  await page.getByTestId('subnet-snmp').click();
  await expect(page.getByTestId('snmp-stored')).toContainText('version 3 as rollcall, proved and hidden, port 161');
  expect(await page.content()).not.toContain('correct horse');
  await page.getByTestId('snmp-forget').click();
  await expect(dialog).toBeHidden();
  await page.getByTestId('subnet-snmp').click();
  await expect(page.getByTestId('snmp-user')).toBeVisible();
  await expect(page.getByTestId('snmp-stored')).toHaveCount(0);
});
