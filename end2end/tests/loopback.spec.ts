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
  await expect(page.getByTestId('subnet-cidr')).toHaveText('127.0.0.0/28');
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
