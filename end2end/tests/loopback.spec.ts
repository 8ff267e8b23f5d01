// The first minute of a new user: a subnet of loopback addresses, which answer everywhere.
import { expect, serve, test } from '../fixture';

const app = serve('loopback');

test('host bits are corrected with one click, and every host is up on the page within 10 s', async ({ page }) => {
  await app.open(page, '/subnets');
  await page.getByTestId('add-subnet').click();
  await page.getByTestId('subnet-cidr').fill('127.0.0.5/28');
  await page.getByTestId('subnet-name').fill('This machine');
  await page.getByTestId('subnet-save').click();
  await expect(page.getByTestId('field-error')).toBeVisible();
  expect(await app.rest.get('/api/v1/subnets'), 'nothing is saved').toMatchObject({ total: 0 });
  await page.getByTestId('suggestion-accept').click();
  await expect(page.getByTestId('subnet-cidr')).toHaveValue('127.0.0.0/28');
  await expect(page.getByTestId('field-error')).toBeHidden();
  await page.getByTestId('subnet-save').click();
  const row = page.getByTestId('subnet-row');
  await expect(row).toHaveAttribute('data-cidr', '127.0.0.0/28');

  await row.getByRole('link').click();
  await expect(page.getByTestId('title-cidr')).toHaveText('127.0.0.0/28');
  await expect(page.locator('[data-testid=host-row][data-status=up]')).toHaveCount(14, { timeout: 10_000 });
  await expect(page.getByTestId('gap-row')).toHaveCount(0);
  await expect(page.getByTestId('tile-up')).toContainText('14');
  await expect(page.locator('[data-testid=grid-cell][data-state=up]')).toHaveCount(14);
  await expect(page.getByTestId('tree')).toContainText('127.0.0.0/28');
});

test('a subnet that is there already is refused with a reason', async ({ page, guard }) => {
  await app.open(page, '/subnets');
  await page.getByTestId('add-subnet').click();
  await page.getByTestId('subnet-cidr').fill('127.0.0.0/28');
  guard.allow(/rpc\/.* 409|answer 4(09|22) to .*\/rpc\/|status of 4(09|22)/);
  await page.getByTestId('subnet-save').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByTestId('field-error').or(dialog.getByTestId('form-problem'))).toBeVisible();
  expect(await app.rest.get('/api/v1/subnets')).toMatchObject({ total: 1 });
});

test('deleting a subnet is asked first and takes it out of the tree', async ({ page }) => {
  await app.rest.addSubnet({ cidr: '127.0.1.0/30', name: 'Short-lived' });
  await app.open(page, '/subnets');
  const row = page.locator('[data-testid=subnet-row][data-cidr="127.0.1.0/30"]');
  await row.getByTestId('subnet-delete').click();
  await page.keyboard.press('Escape');
  await expect(row).toBeVisible();
  await row.getByTestId('subnet-delete').click();
  await page.getByTestId('delete-confirm').click();
  await expect(row).toHaveCount(0);
  await expect(page.getByTestId('tree')).not.toContainText('127.0.1.0/30');
});

test('a subnet is edited on its own page by the form that adds one', async ({ page }) => {
  const { id } = await app.rest.addSubnet({ cidr: '127.0.2.0/30', name: 'Before' });
  await app.open(page, `/subnets/${id}`);
  await page.getByTestId('subnet-edit').click();
  await page.getByTestId('subnet-name').fill('After');
  await page.getByTestId('subnet-interval').fill('4');
  await page.getByTestId('subnet-save').click();
  await expect(page.getByTestId('field-error')).toHaveText('A whole number from 5 to 86,400.');
  await page.getByTestId('subnet-interval').fill('30');
  await expect(page.getByTestId('field-error')).toHaveCount(0);
  await page.getByTestId('subnet-save').click();
  await expect(page.getByTestId('subnet-dialog')).toBeHidden();
  await expect(page.getByTestId('title-name')).toHaveText('After');
  expect(await app.rest.subnet(id)).toMatchObject({ name: 'After', interval_seconds: 30, discover: true });
});

test('where sweeping is impossible, the form says why instead of offering it', async ({ page }) => {
  await app.open(page, '/subnets');
  await page.getByTestId('add-subnet').click();
  await page.getByText('How it is watched').click();
  const discover = page.getByTestId('subnet-discover');
  await expect(discover).toBeChecked();
  for (const [cidr, why] of [
    ['fd77:9::/64', 'IPv6 subnets are never swept'],
    ['127.64.0.0/10', 'at most 65,536 addresses'],
  ]) {
    await page.getByTestId('subnet-cidr').fill(cidr);
    await expect(discover).toBeDisabled();
    await expect(discover).not.toBeChecked();
    await expect(page.getByTestId('subnet-discover-note')).toContainText(why);
  }
  await page.getByTestId('subnet-cidr').fill('127.64.0.0/24');
  await expect(discover).toBeEnabled();
  await expect(discover).toBeChecked();
  await expect(page.getByTestId('subnet-discover-note')).toBeEmpty();
});

test('a subnet is deleted on its own page, which leads back to the list', async ({ page }) => {
  const { id } = await app.rest.addSubnet({ cidr: '127.0.3.0/30', name: 'Short-lived' });
  await app.rest.alive(id, 2);
  await app.open(page, `/subnets/${id}`);
  await page.getByTestId('subnet-delete').click();
  await expect(page.getByTestId('delete-words')).toContainText('2 hosts are deleted with it');
  await page.getByTestId('delete-confirm').click();
  await expect(page).toHaveURL(app.url('/subnets'));
  await expect(page.getByText('127.0.3.0/30 is deleted')).toBeVisible();
  await expect(page.locator('[data-testid=subnet-row][data-cidr="127.0.3.0/30"]')).toHaveCount(0);
  const all = await app.rest.get<{ items: { id: number }[] }>('/api/v1/subnets');
  expect(all.items.map((subnet) => subnet.id)).not.toContain(id);
});
