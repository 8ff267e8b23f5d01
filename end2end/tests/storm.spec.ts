// More than five thousand hosts fall silent at once: every change is stored, and everybody is told of it in a few messages,
// whatever the other receivers do.
import { expect, serve, test } from '../fixture';
import { answer, linkUp, noNetwork, silence } from '../network';
import { isSigned, Receiver } from '../receiver';

/** 4,096 and 1,024 addresses; the first of them is the subnet's own. */
const BLOCKS = ['10.77.64.0/20', '10.77.80.0/22'];
const HOSTS = 5_119;
/** More than this would be a storm of messages. */
const POSTS = 20;

test.skip(noNetwork !== undefined, noNetwork);

const app = serve('storm', { ALLOW_TARGETS: '127.0.0.0/8', PING_RATE: '5000', PING_WORKERS: '512', PING_ATTEMPTS: '1' });

interface Body {
  data: { total: number; truncated: boolean; events: { kind: string }[]; summary: string };
}

test('a storm is a few messages to each receiver, and no receiver delays another', async () => {
  test.setTimeout(180_000);
  linkUp();
  answer(...BLOCKS);
  const { id } = await app.rest.addSubnet({ cidr: '10.77.64.0/19', name: 'Campus' });
  await expect.poll(async () => (await app.rest.subnet(id)).alive, { timeout: 60_000 }).toBe(HOSTS);

  const [good, failing, hanging] = await Promise.all([Receiver.start(), Receiver.start(), Receiver.start()]);
  failing.answer = 503;
  hanging.answer = 'hang';
  const filter = { kinds: ['down', 'up'] };
  const secrets = new Map<Receiver, string>();
  for (const receiver of [hanging, failing, good]) {
    secrets.set(receiver, await app.rest.addWebhook({ name: 'Storm', url: receiver.url(), filter }));
  }
  const told = () => good.messages.map((message) => JSON.parse(message.body) as Body);
  const total = () => told().reduce((sum, body) => sum + body.data.total, 0);

  silence(...BLOCKS);
  await expect.poll(() => app.rest.count('down'), { message: 'stored', timeout: 90_000 }).toBe(HOSTS);
  const stored = Date.now();
  await expect.poll(total, { message: 'told of as down', timeout: 60_000 }).toBe(HOSTS);
  const waited = (Date.now() - stored) / 1_000;
  answer(...BLOCKS);
  await expect.poll(() => app.rest.count('up'), { message: 'stored', timeout: 60_000 }).toBe(HOSTS);
  await expect.poll(total, { message: 'told of as up again', timeout: 60_000 }).toBe(2 * HOSTS);

  const posts = [good, failing, hanging].map((receiver) => receiver.messages.length);
  console.log(`posts to good, failing, hanging: ${posts.join(', ')}; told ${waited.toFixed(1)} s after the last change`);
  for (const receiver of [good, failing, hanging]) {
    expect(receiver.messages.length).toBeGreaterThan(0);
    expect(receiver.messages.length).toBeLessThanOrEqual(POSTS);
    for (const message of receiver.messages) {
      expect(isSigned(message, secrets.get(receiver) ?? '')).toBe(true);
    }
  }
  // What is not accepted is tried again as it was.
  for (const receiver of [failing, hanging]) {
    const names = new Set(receiver.messages.map((message) => `${message.headers['webhook-id']} ${message.body}`));
    expect(names.size).toBe(1);
  }
  for (const { data } of told()) {
    if (data.total <= 300) expect(data.events.length).toBe(data.total);
    expect(data.truncated).toBe(data.events.length < data.total);
  }
  for (const receiver of [good, failing, hanging]) receiver.stop();
});
