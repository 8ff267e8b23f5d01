// A server that port scans find: HTTP on one of the loopback addresses.
import { createServer, type Server } from 'node:http';

/** Listens until it is closed, and says by its header what it is. */
export function listen(address: string, port: number): Promise<Server> {
  const server = createServer((_, answer) => {
    answer.setHeader('Server', 'nginx/1.24.0').end('hello');
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

/** Ends a listener and whatever is connected to it. */
export function hangUp(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
