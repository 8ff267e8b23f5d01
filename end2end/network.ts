// A real network without touching a real one: the tests run in the near namespace, the far one plays the hosts.
// `cargo xtask e2e` makes both and the link between them (10.78.0.0/30 and fd78::/64).
import { execFileSync } from 'node:child_process';

const { E2E_NEAR: near, E2E_FAR: far } = process.env;
const LINK = 'veth0';
/** Reached by way of the far side; which of their addresses answer is up to the tests. */
const ROUTES = ['10.77.0.0/16 via 10.78.0.2', 'fd77::/48 via fd78::2'];

/** Why tests over the network are skipped; nothing when they are not. */
export const noNetwork =
  near && far ? undefined : 'needs network namespaces, which only root can make: run `cargo xtask e2e` as root';

/** These addresses, or whole blocks of them, answer from now on. */
export function answer(...addresses: string[]): void {
  ip(far, addresses.map((address) => `route replace local ${host(address)} dev lo table local`));
}

/** These addresses, or whole blocks of them, are silent from now on. */
export function silence(...addresses: string[]): void {
  ip(far, addresses.map((address) => `route replace blackhole ${host(address)} table local`));
}

/** Takes the near side's link down: the kernel refuses to send. */
export function linkDown(): void {
  ip(near, [`link set ${LINK} down`]);
}

/** Brings the link up. The kernel forgets routes and the IPv6 address of a link that goes down. */
export function linkUp(): void {
  ip(near, [
    `link set ${LINK} up`,
    `address replace fd78::1/64 dev ${LINK} nodad`,
    ...ROUTES.map((route) => `route replace ${route} dev ${LINK}`),
  ]);
}

function host(address: string): string {
  if (address.includes('/')) return address;
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

function ip(namespace: string | undefined, commands: string[]): void {
  if (!namespace) throw new Error(noNetwork);
  for (const command of commands) {
    const family = command.includes(':') ? '-6' : '-4';
    execFileSync('ip', ['-n', namespace, family, ...command.split(' ')]);
  }
}
