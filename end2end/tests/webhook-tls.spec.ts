// A receiver over TLS: taken when its certificate is trusted, refused with the reason when it is not.
import { Authority, noAuthority } from '../authority';
import { expect, serve, test, type Page } from '../fixture';
import { isSigned, Receiver } from '../receiver';

test.skip(noAuthority !== undefined, noAuthority);
test.describe.configure({ mode: 'serial' });

const app = serve('webhook-tls', { ALLOW_TARGETS: '127.0.0.0/8' });
let authority: Authority;
let receiver: Receiver;
let secret = '';

test.beforeAll(async () => {
  authority = new Authority();
  receiver = await Receiver.start(authority.issue('IP:127.0.0.1'));
  secret = await app.rest.addWebhook({ name: 'Operations', url: receiver.url() });
});
test.afterAll(() => {
  receiver.stop();
  authority.forget();
});

/** Sends a test and waits for these words. */
async function says(page: Page, words: string): Promise<void> {
  await app.open(page, '/settings');
  await page.getByTestId('webhook-test').click();
  await expect(page.getByTestId('webhook-answer')).toContainText(words);
}

test('a certificate of an unknown authority is refused before anything is sent', async ({ page }) => {
  await says(page, 'Not accepted: its certificate is not trusted: this machine does not know who issued it');
  expect(receiver.messages).toEqual([]);
});

test('with the authority among those that the machine trusts it is taken', async ({ page }) => {
  await app.server.end();
  await app.server.begin({ SSL_CERT_FILE: authority.file });
  await says(page, 'Accepted: 204');
  expect(receiver.messages).toHaveLength(1);
  expect(isSigned(receiver.messages[0], secret)).toBe(true);
});

test('a certificate for another name is refused all the same', async ({ page }) => {
  receiver.messages.length = 0;
  const other = await Receiver.start(authority.issue('DNS:example.org'));
  try {
    const [{ id }] = (await app.rest.get<{ items: { id: number }[] }>('/api/v1/webhooks')).items;
    await app.rest.changeWebhook(id, { url: other.url() });
    await says(page, 'Not accepted: its certificate is not trusted: it is for another name');
    expect(other.messages).toEqual([]);
  } finally {
    other.stop();
  }
});
