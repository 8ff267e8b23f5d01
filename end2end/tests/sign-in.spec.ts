// Signing in and out by the form, which works without JavaScript too.
import { expect, fillSignIn, isLive, serve, test } from '../fixture';
import { PASSWORD } from '../server';

const app = serve('sign-in');

test('a wrong password is told without saying what was wrong, the right one leads where one wanted to go', async ({ page }) => {
  await page.goto(app.url('/events?kind=down'));
  await expect(page).toHaveURL(/\/login\?next=/);
  await fillSignIn(page, 'not the password at all');
  await expect(page.getByTestId('form-problem')).toHaveText('User name or password is wrong.');
  await fillSignIn(page, PASSWORD);
  await expect(page).toHaveURL(app.url('/events?kind=down'));
  await isLive(page);

  await page.getByTestId('logout').click();
  await expect(page).toHaveURL(app.url('/login'));
  await page.goto(app.url('/'));
  await expect(page).toHaveURL(app.url('/login'));
  expect((await page.request.get(app.url('/api/v1/summary'))).status()).toBe(401);
});

for (const next of ['//evil.example/', '/\\evil.example/', 'https://evil.example/']) {
  test(`signing in does not lead to another site (next=${next})`, async ({ page }) => {
    await page.goto(app.url(`/login?next=${encodeURIComponent(next)}`));
    await fillSignIn(page, PASSWORD);
    await expect(page).toHaveURL(app.url('/'));
    await isLive(page);
  });
}

test('signing in works without JavaScript', async ({ browser, guard }) => {
  // With scripts switched off, Chromium does not load them ahead either.
  guard.allow(/\.js csp$/);
  const context = await browser.newContext({ javaScriptEnabled: false });
  guard.watch(context);
  const page = await context.newPage();
  await page.goto(app.url('/subnets'));
  await fillSignIn(page, PASSWORD);
  await expect(page).toHaveURL(app.url('/subnets'));
  await expect(page.getByRole('heading', { name: 'Subnets', exact: true })).toBeVisible();
  await context.close();
});

test('another site cannot act in the name of a signed-in reader', async ({ page }) => {
  await app.open(page);
  const forged = await page.request.post(app.url('/api/v1/subnets'), {
    data: { cidr: '127.9.0.0/28' },
    headers: { origin: 'https://evil.example' },
  });
  expect(forged.status()).toBe(403);
  expect(await app.rest.get('/api/v1/subnets')).toMatchObject({ total: 0 });
});
