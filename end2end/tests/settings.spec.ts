// Tokens and the password: what they permit, and that they stop permitting it.
import { request } from '@playwright/test';
import { expect, isLive, serve, test } from '../fixture';
import { PASSWORD } from '../server';

const app = serve('settings');

test('a token is shown once, does what its scopes say, and nothing after it is revoked', async ({ page }) => {
  await app.open(page, '/settings');
  await page.getByTestId('token-add').click();
  await page.getByTestId('token-name').fill('Inventory export');
  await expect(page.getByTestId('token-scope-read')).toBeChecked();
  await page.getByTestId('token-create').click();
  const secret = await page.getByTestId('token-secret').inputValue();
  expect(secret).toMatch(/^rc_\S{20,}$/);
  await page.getByTestId('token-done').click();
  const line = page.getByTestId('token').filter({ hasText: 'Inventory export' });
  await expect(line).toBeVisible();
  await page.reload();
  await isLive(page);
  expect(await page.content()).not.toContain(secret);

  const machine = await request.newContext({ extraHTTPHeaders: { authorization: `Bearer ${secret}` } });
  const read = () => machine.get(app.url('/api/v1/summary'));
  expect((await read()).status()).toBe(200);
  const refused = await machine.post(app.url('/api/v1/subnets'), { data: { cidr: '127.6.0.0/28' } });
  expect(refused.status()).toBe(403);
  expect(refused.headers()['content-type']).toContain('application/problem+json');
  expect((await machine.get(app.url('/api/v1/tokens'))).status()).toBe(403);

  await line.getByTestId('token-revoke').click();
  await page.getByTestId('revoke-confirm').click();
  await expect(line).toHaveCount(0);
  expect((await read()).status()).toBe(401);
  await machine.dispose();
});

test('the server tells its health and how it pings', async ({ page }) => {
  await app.open(page, '/settings');
  await expect(page.getByTestId('probe')).toBeVisible();
  await expect(page.getByTestId('health')).toBeVisible();
  await expect(page.getByTestId('port-scanner')).toContainText('every 1 h');
  const workers = ['ping known hosts', 'discover hosts', 'housekeeping', 'fold history', 'scan ports', 'send notifications'];
  await expect(page.getByTestId('worker')).toContainText(workers);
});

test('the theme holds after a reload', async ({ page }) => {
  await app.open(page, '/settings');
  await page.getByTestId('theme-dark').check({ force: true });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await isLive(page);
  await expect(page.getByTestId('theme-dark')).toBeChecked();
});

// The last one: the password of these tests holds no longer afterwards.
test('changing the password ends every other session and its live stream', async ({ page, browser, guard }) => {
  await app.open(page, '/settings');
  const other = await browser.newContext();
  const signedIn = await other.request.post(app.url('/api/v1/session'), {
    data: { username: 'admin', password: PASSWORD },
  });
  expect(signedIn.status()).toBe(200);
  const elsewhere = await other.newPage();
  await elsewhere.goto(app.url('/subnets'));
  await isLive(elsewhere);

  await page.getByTestId('password-current').fill('not the password');
  await page.getByTestId('password-new').fill('a new and longer phrase');
  await page.getByTestId('password-repeat').fill('a new and longer phrase');
  await page.getByTestId('password-submit').click();
  await expect(page.getByTestId('form-problem')).toHaveText('The current password is wrong.');
  await isLive(elsewhere);

  await page.getByTestId('password-current').fill(PASSWORD);
  await page.getByTestId('password-new').fill('a new and longer phrase');
  await page.getByTestId('password-repeat').fill('a new and longer phrase');
  await page.getByTestId('password-submit').click();
  await expect(page.getByTestId('password-changed')).toBeVisible();
  await isLive(page);

  // The other page notices by itself that its stream has ended, and why.
  await expect(elsewhere).toHaveURL(/\/login\?next=%2Fsubnets/, { timeout: 20_000 });
  expect((await other.request.get(app.url('/api/v1/summary'))).status()).toBe(401);
  await other.close();
  expect(guard.complaints()).toEqual([]);
});
