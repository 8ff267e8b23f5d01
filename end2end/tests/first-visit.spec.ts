// The very first visit: a random password that has to be changed, then an empty dashboard that says how to begin.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { expect, fillSignIn, isLive, serve, test } from '../fixture';

const app = serve('first-visit', { ADMIN_PASSWORD: undefined });

test('the first password is random, printed, kept for its owner only, and has to be changed', async ({ page }) => {
  const printed = /First sign-in: user admin, password (\S+) \(kept in (.+?) until/.exec(app.server.printed());
  expect(printed, app.server.printed()).not.toBeNull();
  const [, password, file] = printed as RegExpExecArray;
  expect(password.length).toBeGreaterThanOrEqual(16);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').trim()).toBe(password);

  await page.goto(app.url('/'));
  await expect(page).toHaveURL(app.url('/login'));
  await fillSignIn(page, password);
  await expect(page).toHaveURL(app.url('/password'));

  // Nothing else is to be had before the change.
  await page.goto(app.url('/subnets'));
  await expect(page).toHaveURL(app.url('/password?next=%2Fsubnets'));
  const refused = await page.request.get(app.url('/api/v1/subnets'));
  expect(refused.status()).toBe(403);

  const change = async (next: string, again = next) => {
    await page.getByTestId('password-current').fill(password);
    await page.getByTestId('password-new').fill(next);
    await page.getByTestId('password-repeat').fill(again);
    await page.getByTestId('password-submit').click();
  };
  await change('a good long phrase', 'another long phrase');
  await expect(page.getByTestId('form-problem')).toHaveText('The two new passwords differ.');
  await expect(page).toHaveURL(/\/password\?problem=mismatch&next=%2Fsubnets$/);
  await change('adminadminadmin');
  await expect(page.getByTestId('form-problem')).toContainText('too weak');
  await change('a good long phrase');
  await expect(page).toHaveURL(app.url('/subnets'));
  expect(existsSync(file), 'the first password is forgotten').toBe(false);

  await page.goto(app.url('/'));
  await isLive(page);
  await page.getByTestId('first-subnet').click();
  await expect(page).toHaveURL(app.url('/subnets'));
  await expect(page.getByTestId('command')).toHaveText(/^rollcall demo /);
  await page.getByTestId('copy-command').click();
  await expect(page.getByTestId('copy-command')).toHaveAccessibleName('Copied');
  await page.getByTestId('add-subnet').click();
  await expect(page.getByTestId('subnet-cidr')).toBeFocused();
});
