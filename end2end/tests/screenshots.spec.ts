// The pictures of the README, of a small office that looks lived in. ROLLCALL_SCREENSHOTS=1 cargo xtask e2e screenshots
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, isLive, serve, test, type Page } from '../fixture';
import { answer, linkUp, noNetwork, silence } from '../network';

test.skip(!process.env.ROLLCALL_SCREENSHOTS, 'writes into docs/img only when ROLLCALL_SCREENSHOTS=1');
test.skip(noNetwork !== undefined, noNetwork);
test.use({ deviceScaleFactor: 2 });

const FOLDER = fileURLToPath(new URL('../../docs/img', import.meta.url));
const app = serve('screenshots', { PING_RATE: '0' });

/** last byte, name, description, tags */
type Documented = [number, string, string, string[]];

const OFFICE: Documented[] = [
  [1, 'gw.office.example', 'Router, second floor', ['network']],
  [2, 'sw-1.office.example', 'Switch, server room', ['network']],
  [3, 'sw-2.office.example', 'Switch, second floor', ['network']],
  [4, 'ap-east.office.example', 'Access point, east wing', ['network', 'wifi']],
  [5, 'ap-west.office.example', 'Access point, west wing', ['network', 'wifi']],
  [10, 'nas.office.example', 'File server', ['storage', 'backup']],
  [11, 'backup.office.example', 'Nightly copies', ['backup']],
  [20, 'printer-1.office.example', 'Ground floor, colour', ['printer']],
  [21, 'printer-2.office.example', 'Second floor', ['printer']],
  [40, 'door.office.example', 'Door phone', ['building']],
  [41, 'camera-yard.office.example', 'Yard', ['building', 'camera']],
];
const SERVERS: Documented[] = [
  [5, 'db-1.dc.example', 'Orders, primary', ['database']],
  [6, 'db-2.dc.example', 'Orders, replica', ['database']],
  [10, 'web-1.dc.example', 'Shop', ['web']],
  [11, 'web-2.dc.example', 'Shop', ['web']],
  [20, 'mail.dc.example', 'Mail', ['mail']],
  [30, 'git.dc.example', 'Source code', ['web']],
];
/** Addresses handed out by DHCP: alive, and known by nothing but their address. */
const CLIENTS = [101, 102, 103, 104, 107, 108, 110, 111, 112, 115, 118, 119, 120, 121, 126, 131, 132, 133, 140, 141];
const SILENT = ['10.77.4.21', '10.77.4.41', '10.77.8.11'];

async function furnish(): Promise<{ office: number; host: number }> {
  const { rest } = app;
  const four = (last: number) => `10.77.4.${last}`;
  const eight = (last: number) => `10.77.8.${last}`;
  const thing = Array.from({ length: 30 }, (_, n) => `10.77.12.${10 + n * 3}`);
  const living = [...OFFICE.map(([last]) => four(last)), ...CLIENTS.map(four), ...SERVERS.map(([last]) => eight(last))];
  answer(...living, ...thing, 'fd77:0:0:4::10');
  await rest.addSubnet({ cidr: '10.77.0.0/16', name: 'Headquarters', discover: false });
  const office = await rest.addSubnet({ cidr: '10.77.4.0/24', name: 'Office', tags: ['second-floor'] });
  const servers = await rest.addSubnet({ cidr: '10.77.8.0/25', name: 'Server room' });
  const things = await rest.addSubnet({ cidr: '10.77.12.0/24', name: 'Building automation' });
  await rest.addSubnet({ cidr: 'fd77:0:0:4::/64', name: 'Office, IPv6' });
  await rest.addHost({ ip: 'fd77:0:0:4::10', hostname: 'nas.office.example' });
  await rest.alive(servers.id, SERVERS.length);
  await rest.alive(things.id, thing.length);
  await rest.alive(office.id, OFFICE.length + CLIENTS.length);
  const hosts = await rest.hosts();
  const document = async (list: Documented[], address: (last: number) => string) => {
    for (const [last, hostname, description, tags] of list) {
      const host = hosts.find(({ ip }) => ip === address(last));
      await rest.changeHost(host!.id, { hostname, description, tags });
    }
  };
  await document(OFFICE, four);
  await document(SERVERS, eight);
  const host = hosts.find(({ ip }) => ip === four(10))!.id;
  await rest.changeHost(host, { notes: 'RAID 6, eight disks.\nKey to the cabinet: reception.' });
  const printer = hosts.find(({ ip }) => ip === four(20))!.id;
  await rest.changeHost(printer, { notes: 'Toner: cupboard beside the kitchen.' });
  silence(...SILENT);
  await expect.poll(async () => (await rest.hosts('status=down')).length, { timeout: 60_000 }).toBe(SILENT.length);
  return { office: office.id, host };
}

async function shoot(page: Page, name: string): Promise<void> {
  await expect(page.getByTestId('loading')).toHaveCount(0);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

test('pictures for the README', async ({ page, context }) => {
  mkdirSync(FOLDER, { recursive: true });
  linkUp();
  const { office, host } = await furnish();
  await app.signIn(context);
  const pages: [string, string][] = [
    ['dashboard', '/'],
    ['subnet', `/subnets/${office}`],
    ['host', `/subnets/${office}/hosts/${host}`],
  ];
  for (const theme of ['light', 'dark'] as const) {
    await context.addCookies([{ name: 'theme', value: theme, url: app.url('') }]);
    await page.setViewportSize({ width: 1440, height: 900 });
    for (const [name, path] of pages) {
      await page.goto(app.url(path));
      await isLive(page);
      await shoot(page, `${name}-${theme}`);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(app.url(`/subnets/${office}`));
    await isLive(page);
    await shoot(page, `phone-${theme}`);
  }
});
