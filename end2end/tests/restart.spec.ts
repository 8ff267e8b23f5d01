// The server goes away and comes back: pages say so, and catch up.
import { expect, isLive, serve, test } from '../fixture';

const app = serve('restart');

test('a page says that it is disconnected, reconnects by itself, and the last statuses survive', async ({ page, guard }) => {
  const subnet = await app.rest.addSubnet({ cidr: '127.7.0.0/29', name: 'Before' });
  await app.rest.alive(subnet.id, 6);
  await app.open(page, `/subnets/${subnet.id}`);
  const up = page.locator('[data-testid=host-row][data-status=up]');
  await expect(up).toHaveCount(6);
  const before = await app.rest.hosts(`subnet=${subnet.id}`);

  // What a browser says of a server that is away.
  guard.allow(/net::ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_RESET)/);
  expect(await app.server.end(), 'exit code with an open stream').toBe(0);
  await expect(page.getByTestId('live-state')).toHaveText('Disconnected');
  await expect(page.getByTestId('banner-disconnected')).toBeVisible();
  await expect(up, 'what was known stays').toHaveCount(6);

  await app.server.begin();
  const after = await app.rest.hosts(`subnet=${subnet.id}`);
  expect(after.map(({ ip, status }) => [ip, status])).toEqual(before.map(({ ip, status }) => [ip, status]));
  await isLive(page);
  await expect(page.getByTestId('banner-disconnected')).toHaveCount(0);
  await expect(up).toHaveCount(6);

  // It follows again: a change made elsewhere arrives.
  await app.rest.changeHost(after[0].id, { hostname: 'back-again' });
  await expect(page.locator(`[data-testid=host-row][data-ip="${after[0].ip}"]`)).toContainText('back-again');
});
