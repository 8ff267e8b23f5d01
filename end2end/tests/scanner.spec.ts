// The scanner over real listeners on loopback: asked, followed, judged, ended, repeated, compared, found again.
import { createServer, type Server } from 'node:net';
import type { Server as HttpServer } from 'node:http';
import { fitsWidth, isAccessible } from '../axe';
import { expect, fillSignIn, isLive, serve, test, type Page } from '../fixture';
import { hangUp, listen } from '../listener';
import { PASSWORD } from '../server';

/** Nobody else listens at these addresses. */
const [WEB, REDIS, EMPTY] = ['127.14.0.1', '127.14.0.2', '127.14.0.3'];

const app = serve('scanner', {
  ALLOW_TARGETS: '127.0.0.0/8',
  ENABLE_NMAP_SCHEDULER: '0',
  PER_TARGET_MAX_WORKERS: '2',
});
let web: HttpServer | undefined;
const silent: Server[] = [];

/** Accepts and says nothing. */
function wait(address: string, port: number): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

test.beforeAll(async () => {
  web = await listen(WEB, 8080);
  silent.push(await wait(REDIS, 6379));
});

test.afterAll(async () => {
  if (web) await hangUp(web);
  silent.forEach((server) => server.close());
});

const card = (page: Page, target: string) => page.locator(`[data-testid=card][data-target="${target}"]`);
const port = (page: Page, target: string, number: number) =>
  card(page, target).locator(`summary [data-testid=card-port][data-port="${number}"]`);
const status = (page: Page) => page.getByTestId('scan-status').first();

/** Asks for these on the page that is open. */
async function ask(page: Page, ...targets: string[]): Promise<void> {
  await page.getByTestId('targets').fill(targets.join('\n'));
  await page.getByTestId('scan-start').click();
  await expect(page).toHaveURL(/\/scanner\/\w{32}$/);
}

/** Opens the scanner, asks for these and waits until they are judged; returns the scan's path. */
async function scan(page: Page, ...targets: string[]): Promise<string> {
  await app.open(page, '/scanner');
  await ask(page, ...targets);
  await expect(status(page)).toHaveAttribute('data-status', 'complete', { timeout: 60_000 });
  return new URL(page.url()).pathname;
}

test('targets are asked for by the keyboard, followed, and judged in cards', async ({ page }) => {
  await app.open(page, '/');
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(page).toHaveURL(app.url('/scanner'));
  await page.getByTestId('targets').fill(`${WEB}:8080, ${REDIS}\n127.14.0.4/30\n`);
  await expect(page.getByTestId('target-count')).toHaveText('4 targets');
  await page.getByTestId('targets').press('Control+Enter');
  await expect(page).toHaveURL(/\/scanner\/\w{32}$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`${REDIS}, 127.14.0.4/30, ${WEB}:8080`);
  await expect(status(page)).toHaveAttribute('data-status', 'complete', { timeout: 60_000 });
  await expect(page.getByTestId('scan-progress')).toHaveText('4 targets');
  const targets = page.getByTestId('card');
  await expect(targets).toHaveCount(4);
  // Addresses and blocks come first, each in the order of the request.
  expect(await targets.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.target))).toEqual([
    REDIS,
    '127.14.0.5',
    '127.14.0.6',
    `${WEB}:8080`,
  ]);
  await expect(port(page, `${WEB}:8080`, 8080)).toBeVisible();
  await expect(port(page, REDIS, 6379)).toBeVisible();

  const token = new URL(page.url()).pathname.split('/').pop();
  const stored = await app.rest.get<{ results: { target: string; risk_level: string; risk_summary: string }[] }>(`/scan/${token}`);
  for (const { target, risk_level } of stored.results) {
    await expect(card(page, target)).toHaveAttribute('data-level', risk_level);
  }
  const redis = stored.results.find(({ target }) => target === REDIS)!;
  expect(['medium', 'high', 'critical']).toContain(redis.risk_level);

  await test.step('a card opens by the keyboard and tells why, and what to do', async () => {
    const one = card(page, REDIS);
    const details = one.locator('details').first();
    if ((await details.getAttribute('open')) === null) {
      await one.locator('summary').first().focus();
      await page.keyboard.press('Enter');
    }
    await expect(one.getByTestId('card-summary')).toHaveText(redis.risk_summary);
    await expect(one.getByTestId('finding').first()).toContainText('6379');
    await expect(one.getByTestId('arithmetic')).toContainText(/1 × \w+ \d+ → \d+/);
    await expect(one.locator('[data-testid=test][data-test="tcp/6379"]')).toContainText('answered');
    await one.getByTestId('closed-tests').locator('summary').click();
    await expect(one.locator('[data-testid=test][data-test="tcp/22"]')).toContainText('refused');
    await one.getByTestId('raw').locator('summary').click();
    await expect(one.locator('pre')).toContainText(`"target": "${REDIS}"`);
  });

  await test.step('cards are filtered by verdict and by words, in the address bar', async () => {
    await page.getByTestId(`level-${redis.risk_level}`).click();
    await expect(targets).toHaveCount(1);
    await expect(page).toHaveURL(new RegExp(`level=${redis.risk_level}$`));
    await page.getByTestId('filter-clear').click();
    await page.getByTestId('filter-text').fill('8080');
    await expect(targets).toHaveCount(1);
    await page.reload();
    await isLive(page);
    await expect(targets).toHaveCount(1);
    await page.getByTestId('filter-text').fill('');
    await expect(targets).toHaveCount(4);
    await page.getByTestId('card-order').selectOption('worst');
    await expect(targets.first()).toHaveAttribute('data-target', REDIS);
  });

  await test.step('everything is opened for printing, and as it was afterwards', async () => {
    const summaries = page.getByTestId('card-summary');
    const before = await summaries.count();
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await expect(summaries).toHaveCount(4);
    await page.emulateMedia({ media: 'print' });
    await expect(summaries.last()).toBeVisible();
    await expect(page.getByTestId('scan-rerun')).toBeHidden();
    await page.emulateMedia({ media: null });
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await expect(summaries).toHaveCount(before);
  });
});

test('the scan is exported as it is stored', async ({ page }) => {
  await scan(page, WEB);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-json').click()]);
  expect(download.suggestedFilename()).toMatch(/^scan-\d+\.json$/);
  const stream = await download.createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  const stored = JSON.parse(Buffer.concat(parts).toString('utf8')) as { results: { target: string }[] };
  expect(stored.results.map(({ target }) => target)).toEqual([WEB]);
});

test('what is refused is shown at its line, and nothing that was typed is lost', async ({ page, guard }) => {
  guard.allow(/422/);
  await app.open(page, '/scanner');
  const text = `${WEB}\n10.0.0.0/8, ${EMPTY}\nftp://example.org\n169.254.169.254`;
  await page.getByTestId('targets').fill(text);
  await page.getByTestId('scan-start').click();
  const problems = page.getByTestId('line-problem');
  await expect(problems).toHaveCount(3);
  expect(await problems.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.line))).toEqual(['2', '3', '4']);
  await expect(problems.nth(0)).toContainText('10.0.0.0/8');
  await expect(problems.nth(1)).toContainText('https://');
  await expect(page).toHaveURL(app.url('/scanner'));
  await expect(page.getByTestId('targets')).toHaveValue(text);
  await expect(page.getByTestId('targets')).toBeFocused();
  await isAccessible(page, 'Scanner with refused lines');
  // The words lead to the place.
  await problems.nth(0).getByRole('button').click();
  await page.keyboard.type(`${EMPTY}:80`);
  await expect(page.getByTestId('targets')).toHaveValue(text.replace('10.0.0.0/8', `${EMPTY}:80`));
  await expect(problems).toHaveCount(2);
});

test('who has to sign in again finds what was typed', async ({ page, context, guard }) => {
  guard.allow(/401/);
  await app.open(page, '/scanner');
  await page.getByTestId('targets').fill(`${WEB}\n${EMPTY}`);
  await context.clearCookies();
  await page.getByTestId('scan-start').click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await fillSignIn(page, PASSWORD);
  await expect(page).toHaveURL(app.url('/scanner'));
  await expect(page.getByTestId('targets')).toHaveValue(`${WEB}\n${EMPTY}`);
});

test('a scan that goes on fills up card by card, and keeps its cards when it is cancelled', async ({ page }) => {
  // Each of many addresses has a service that is listened to for some seconds.
  const slow = await wait('0.0.0.0', 2323);
  silent.push(slow);
  await app.open(page, '/scanner');
  await ask(page, '127.14.1.0/27');
  await expect(status(page)).toHaveAttribute('data-status', 'running');
  await expect(page.getByRole('progressbar', { name: 'Finished targets' })).toBeVisible();
  await expect(page.getByTestId('card').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId('scan-progress')).toHaveText(/^\d+ of 30 targets$/);
  await page.getByTestId('scan-cancel').click();
  await page.getByTestId('cancel-confirm').click();
  await expect(status(page)).toHaveAttribute('data-status', 'cancelled');
  await expect(page.getByTestId('cancel-dialog')).toBeHidden();
  await expect(page.getByTestId('scan-cancel')).toHaveCount(0);
  await expect(page.getByTestId('to-go')).toContainText('were not looked at');
  expect(await page.getByTestId('card').count()).toBeGreaterThan(0);
  slow.close();
});

test('the same is scanned again, and what changed is told', async ({ page }) => {
  const before = await scan(page, WEB, EMPTY);
  await expect(port(page, WEB, 8080)).toBeVisible();
  await hangUp(web!);
  web = undefined;
  const more = await wait(WEB, 5900);
  silent.push(more);
  await page.getByTestId('scan-rerun').click();
  await expect(page).not.toHaveURL(app.url(before));
  await expect(status(page)).toHaveAttribute('data-status', 'complete', { timeout: 60_000 });
  await expect(port(page, WEB, 5900)).toBeVisible();
  await expect(port(page, WEB, 8080)).toHaveCount(0);
  const after = new URL(page.url()).pathname;
  await page.getByTestId('scan-compare').click();
  // The run before of the same request is offered first.
  const first = page.getByTestId('compare-with').first();
  await expect(first).toHaveAttribute('data-same', 'true');
  await expect(first).toHaveAttribute('href', `${before}/compare/${after.split('/').pop()}`);
  await isAccessible(page, 'Choice of a scan to compare with');
  await first.click();
  await expect(page).toHaveURL(app.url(`${before}/compare/${after.split('/').pop()}`));
  const change = page.locator(`[data-testid=compare-target][data-target="${WEB}"]`);
  await expect(change.locator('[data-kind=Opened]')).toContainText('5900');
  await expect(change.locator('[data-kind=Closed]')).toContainText('8080');
  await expect(page.getByTestId('compare-same')).toHaveText('1 target is as it was.');
  await isAccessible(page, 'Comparison');
  await page.setViewportSize({ width: 360, height: 740 });
  await fitsWidth(page, 'Comparison');
  await page.goto(app.url(`${after}/compare/${after.split('/').pop()}`));
  await expect(page.getByTestId('no-change')).toContainText('Nothing changed');
});

for (const [width, height] of [
  [1440, 900],
  [360, 740],
]) {
  test(`the scanner is accessible and fits at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    const path = await scan(page, REDIS, EMPTY);
    await page.getByTestId('card').first().locator('summary').first().click();
    await expect(page.getByTestId('card-summary').first()).toBeVisible();
    await isAccessible(page, 'Scan');
    await fitsWidth(page, 'Scan');
    await app.open(page, '/scanner');
    await page.getByTestId('sources').locator('summary').click();
    await expect(page.getByTestId('source').first()).toBeVisible();
    await isAccessible(page, 'Scanner');
    await fitsWidth(page, 'Scanner');
    await page.locator(`[data-testid=scan-row][data-token="${path.split('/').pop()}"]`).getByRole('link').click();
    await expect(page).toHaveURL(app.url(path));
  });
}

test('a scan that does not exist says so', async ({ page, guard }) => {
  guard.allow(/404/);
  await app.open(page, '/scanner/nothing');
  await expect(page.getByTestId('error-state')).toContainText('does not exist');
});
