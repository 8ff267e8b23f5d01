// Messages that were given up: seen in the settings, sent again to a receiver that works by now, or forgotten.
import { fitsWidth, isAccessible } from '../axe';
import { change, noDatabaseTool } from '../database';
import { expect, serve, test, type Page } from '../fixture';
import { isSigned, Receiver } from '../receiver';

test.skip(noDatabaseTool !== undefined, noDatabaseTool);
test.describe.configure({ mode: 'serial' });

const app = serve('dead-letters', { ALLOW_TARGETS: '127.0.0.0/8' });
let receiver: Receiver;
let secret = '';

/** What a day of tries would do: the message that waits is given up, and so was another one before it. */
const GIVEN_UP = `
UPDATE delivery SET state = 'dead', next_at = NULL, attempts = 33, last_status = 503,
  last_error = '503 Service Unavailable', created_at = created_at - 90000000;
INSERT INTO delivery (webhook_id, message_id, events, summary, state, attempts, begun_at, next_at, last_status, last_error,
    created_at, delivered_at, body)
  SELECT webhook_id, message_id || 'x', 2, '2 down', 'dead', 29, begun_at, NULL, NULL,
    'no answer within 10 seconds', created_at, NULL, body FROM delivery;`;

test.beforeAll(async ({}, info) => {
  info.setTimeout(120_000);
  receiver = await Receiver.start();
  receiver.answer = 503;
  secret = await app.rest.addWebhook({ name: 'Operations', url: receiver.url() });
  const { id } = await app.rest.addSubnet({ cidr: '127.62.0.0/29', name: 'Office', tags: [] });
  await app.rest.alive(id, 6);
  await expect.poll(() => receiver.messages.length, { timeout: 40_000 }).toBeGreaterThan(0);
  await app.server.end();
  change(app.server, GIVEN_UP);
  receiver.messages.length = 0;
  receiver.answer = 204;
  await app.server.begin();
});
test.afterAll(() => receiver.stop());

const letters = (page: Page) => page.getByTestId('dead-letter');
const summary = (page: Page) => page.getByTestId('dead-letters').locator('summary');

async function open(page: Page): Promise<void> {
  await app.open(page, '/settings');
  await expect(summary(page)).toHaveText('2 messages were given up');
  await summary(page).click();
  await expect(letters(page)).toHaveCount(2);
}

test('what was given up says what it told, since when, and why', async ({ page }) => {
  await open(page);
  await expect(letters(page).first()).toContainText('2 down');
  await expect(letters(page).first()).toContainText('29 tries');
  await expect(letters(page).first()).toContainText('no answer within 10 seconds');
  await expect(letters(page).last()).toContainText('6 new');
  await expect(letters(page).last()).toContainText('503 Service Unavailable');
  expect(receiver.messages, 'nothing is sent again by itself').toEqual([]);
});

test('the list fits a phone and is accessible', async ({ page }) => {
  for (const [width, height] of [
    [1440, 900],
    [360, 740],
  ]) {
    await page.setViewportSize({ width, height });
    await open(page);
    await fitsWidth(page, `Dead letters at ${width}`);
    for (const theme of ['light', 'dark']) {
      await page.evaluate((word) => document.documentElement.setAttribute('data-theme', word), theme);
      const path = `${process.env.E2E_SHOTS}/dead-${width}-${theme}.png`;
      if (process.env.E2E_SHOTS) await page.getByTestId('webhooks').screenshot({ path });
    }
    await isAccessible(page, `Dead letters at ${width}`);
  }
});

test('one is sent again under its name, the other forgotten, and the list is gone', async ({ page }) => {
  await open(page);
  await letters(page).last().getByTestId('dead-retry').click();
  await expect(letters(page)).toHaveCount(1);
  await expect(summary(page)).toHaveText('1 message was given up');
  await expect(letters(page)).toContainText('2 down');
  await expect.poll(() => receiver.messages.length).toBe(1);
  const [message] = receiver.messages;
  expect(isSigned(message, secret)).toBe(true);
  const { data } = JSON.parse(message.body) as { data: { summary: string } };
  expect(data.summary).toContain('6 new');

  await letters(page).getByTestId('dead-forget').click();
  await expect(page.getByTestId('dead-letters')).toHaveCount(0);
  await expect(page.getByTestId('webhook-state')).toHaveText('OK');
  await page.reload();
  await expect(page.getByTestId('webhook-state')).toHaveText('OK');
  await expect(page.getByTestId('dead-letters')).toHaveCount(0);
  expect(receiver.messages, 'what is forgotten is not sent').toHaveLength(1);
});
