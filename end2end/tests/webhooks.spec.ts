// Notifications: set up in the settings, sent to a real receiver, and what is shown when it does not take them.
import { fitsWidth, isAccessible } from '../axe';
import { expect, serve, test, type Page } from '../fixture';
import { isSigned, Receiver } from '../receiver';

test.describe.configure({ mode: 'serial' });

const app = serve('webhooks', { ALLOW_TARGETS: '127.0.0.0/8' });
let receiver: Receiver;
let secret = '';

test.beforeAll(async () => {
  receiver = await Receiver.start();
});
test.afterAll(() => receiver.stop());

const line = (page: Page) => page.getByTestId('webhook');
const shot = async (page: Page, name: string) => {
  if (process.env.E2E_SHOTS) await page.screenshot({ path: `${process.env.E2E_SHOTS}/${name}.png`, fullPage: true });
};

test('a webhook is added, its secret shown once and its URL never again', async ({ page, guard }) => {
  // What is refused is told with a status that the browser notes.
  guard.allow(/422/);
  await app.open(page, '/settings');
  await page.getByTestId('webhook-add').click();
  await shot(page, 'form');
  await page.getByTestId('webhook-save').click();
  await expect(page.getByTestId('field-error').first()).toHaveText('say what it is for');
  await page.getByTestId('webhook-name').fill('Operations');
  await page.getByTestId('webhook-url').fill('http://10.0.0.5/hooks/x');
  await page.getByTestId('webhook-save').click();
  await expect(page.getByTestId('field-error').first()).toContainText('add 10.0.0.5/32 to ALLOW_TARGETS');
  await page.getByTestId('webhook-url').fill(receiver.url());
  await page.getByTestId('webhook-save').click();
  secret = await page.getByTestId('webhook-secret').inputValue();
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  await shot(page, 'secret');
  await page.getByTestId('webhook-done').click();
  await expect(line(page)).toContainText('Operations');
  await expect(line(page)).toContainText('127.0.0.1');
  await page.reload();
  const text = await page.content();
  for (const hidden of ['secret-path', secret]) expect(text).not.toContain(hidden);
});

test('a test goes out at once and its answer is told', async ({ page }) => {
  await app.open(page, '/settings');
  await page.getByTestId('webhook-test').click();
  await expect(page.getByTestId('webhook-answer')).toContainText('Accepted: 204');
  const [message] = receiver.messages;
  expect([message.method, message.path, message.headers['content-type']]).toEqual([
    'POST',
    '/hooks/secret-path',
    'application/json',
  ]);
  expect(isSigned(message, secret)).toBe(true);
  expect(isSigned({ ...message, body: `${message.body} ` }, secret)).toBe(false);
  receiver.answer = 503;
  await page.getByTestId('webhook-test').click();
  await expect(page.getByTestId('webhook-answer')).toContainText('Not accepted: 503');
});

test('hosts that appear are told, signed; a receiver that fails is shown with its error', async ({ page }) => {
  receiver.messages.length = 0;
  receiver.answer = 503;
  await app.open(page, '/settings');
  const { id } = await app.rest.addSubnet({ cidr: '127.61.0.0/29', name: 'Office' });
  await app.rest.alive(id, 6);
  await expect.poll(() => receiver.messages.length, { timeout: 40_000 }).toBeGreaterThan(0);
  await expect(page.getByTestId('webhook-state')).toContainText('Failing for less than a minute: 503');
  await expect(page.getByTestId('webhook-waiting')).toContainText(/\d+ events wait/);
  await shot(page, 'failing');
  receiver.answer = 200;
  await expect(page.getByTestId('webhook-state')).toHaveText('OK', { timeout: 40_000 });
  const names = new Set(receiver.messages.map((message) => message.headers['webhook-id']));
  const bodies = new Set(receiver.messages.map((message) => message.body));
  expect([names.size, bodies.size]).toEqual([1, 1]);
  expect(receiver.messages.every((message) => isSigned(message, secret))).toBe(true);
  const { data } = JSON.parse(receiver.messages[0].body) as { data: { events: { kind: string; ip: string }[] } };
  const found = data.events.filter((event) => event.kind === 'discovered').map((event) => event.ip);
  expect(found).toEqual([1, 2, 3, 4, 5, 6].map((last) => `127.61.0.${last}`));
});

test('what a webhook is about is edited, and a pause pauses it', async ({ page }) => {
  await app.open(page, '/settings');
  await page.getByTestId('webhook-edit').click();
  await page.getByTestId('webhook-subnets').fill('10.99.0.0/16');
  await page.getByTestId('webhook-save').click();
  await expect(page.getByTestId('field-error').first()).toHaveText('10.99.0.0/16 is not documented');
  await page.getByTestId('webhook-subnets').fill('127.61.0.0/29');
  await page.getByTestId('webhook-tags').fill('core');
  await page.getByTestId('webhook-kind-discovered').uncheck();
  await page.getByTestId('webhook-save').click();
  await expect(page.getByTestId('webhook-about')).toContainText('in 127.61.0.0/29 · tagged core');
  await expect(page.getByTestId('webhook-about')).not.toContainText('New');
  await page.getByTestId('webhook-pause').click();
  await expect(page.getByTestId('webhook-state')).toHaveText('Paused');
  await page.getByTestId('webhook-pause').click();
  await expect(page.getByTestId('webhook-state')).toHaveText('OK');
});

test('a new secret signs beside the old one', async ({ page }) => {
  receiver.messages.length = 0;
  await app.open(page, '/settings');
  await page.getByTestId('webhook-rotate').click();
  await page.getByTestId('webhook-rotate-confirm').click();
  const next = await page.getByTestId('webhook-secret').inputValue();
  expect(next).not.toBe(secret);
  await page.getByTestId('webhook-done').click();
  await page.getByTestId('webhook-test').click();
  await expect(page.getByTestId('webhook-answer')).toContainText('Accepted: 200');
  const [message] = receiver.messages;
  expect([isSigned(message, secret), isSigned(message, next)]).toEqual([true, true]);
});

test('the settings fit a phone and are accessible', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await app.open(page, '/settings');
  await expect(line(page)).toBeVisible();
  await fitsWidth(page, 'Settings');
  await shot(page, 'phone');
  await page.getByTestId('webhook-edit').click();
  await fitsWidth(page, 'Form');
  await shot(page, 'phone-form');
  await isAccessible(page, 'Form of a webhook');
});

test('a subnet names its uplink by its address', async ({ page }) => {
  const [subnet] = (await app.rest.get<{ items: { id: number }[] }>('/api/v1/subnets')).items;
  await app.open(page, `/subnets/${subnet.id}`);
  await page.getByTestId('subnet-edit').click();
  await page.getByTestId('subnet-uplink').fill('127.61.0.99');
  await page.getByTestId('subnet-save').click();
  await expect(page.getByTestId('field-error').first()).toHaveText('there is no host with this address yet');
  await page.getByTestId('subnet-uplink').fill('127.61.0.1');
  await shot(page, 'uplink');
  await page.getByTestId('subnet-save').click();
  await expect(page.getByTestId('subnet-dialog')).toBeHidden();
  const stored = await app.rest.get<{ uplink_ip: string }>(`/api/v1/subnets/${subnet.id}`);
  expect(stored.uplink_ip).toBe('127.61.0.1');
});

test('a deleted subnet stays in a filter until somebody drops it', async ({ page }) => {
  const { id } = await app.rest.addSubnet({ cidr: '127.63.0.0/30', name: 'Gone soon' });
  await app.open(page, '/settings');
  await page.getByTestId('webhook-edit').click();
  await page.getByTestId('webhook-subnets').fill('127.63.0.0/30');
  await page.getByTestId('webhook-save').click();
  await expect(page.getByTestId('webhook-about')).toContainText('in 127.63.0.0/30');
  await app.rest.remove(`/api/v1/subnets/${id}`);
  await page.reload();
  await expect(page.getByTestId('webhook-about')).toContainText('in a deleted subnet');
  const filter = async () =>
    (await app.rest.get<{ items: { filter: { subnets?: number[] } }[] }>('/api/v1/webhooks')).items[0].filter.subnets ?? [];

  await app.open(page, '/settings');
  await page.getByTestId('webhook-edit').click();
  await expect(page.getByTestId('webhook-gone')).toContainText('a deleted subnet. Without that it tells of every subnet.');
  await shot(page, 'gone');
  await page.getByTestId('webhook-name').fill('Operations 2');
  await page.getByTestId('webhook-save').click();
  await expect(line(page)).toContainText('Operations 2');
  expect(await filter(), 'saved, and as narrow as before').toEqual([id]);

  await page.getByTestId('webhook-edit').click();
  await page.getByTestId('webhook-gone-drop').click();
  await expect(page.getByTestId('webhook-gone')).toHaveCount(0);
  await page.getByTestId('webhook-save').click();
  await expect(page.getByTestId('webhook-about')).not.toContainText('deleted');
  expect(await filter()).toEqual([]);
});

test('a webhook is deleted after a question', async ({ page }) => {
  await app.open(page, '/settings');
  await page.getByTestId('webhook-delete').click();
  await page.getByTestId('webhook-delete-confirm').click();
  await expect(line(page)).toHaveCount(0);
});
