// The real binary: started on a free port with a database of its own, ended by SIGTERM.
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The password of the first user, unless a test wants the random one. */
export const PASSWORD = 'correct horse battery staple';

/** Quick rounds, so that three silent ones do not take minutes. */
const QUICK = {
  ADMIN_PASSWORD: PASSWORD,
  SCAN_ICMP_INTERVAL_SECONDS: '5',
  SCAN_SWEEP_INTERVAL_MINUTES: '1',
  PING_ATTEMPTS: '2',
  PING_TIMEOUT_MS: '800',
  // Nobody on the network is asked, and no host appears by itself, unless a test wants that.
  PTR_LOOKUP_ENABLED: '0',
  NEIGHBOURS_ENABLED: '0',
  ROLLCALL_LOG: 'info',
};

/** How long the server may take to end, open streams included. */
const END_WITHIN_MS = 10_000;

/** A sample network's week is written before the server is ready. */
const READY_WITHIN_MS = { serve: 30_000, demo: 180_000 };

/** Settings by name; `undefined` removes a default of these tests. */
export type Settings = Record<string, string | undefined>;

/** What is run: the product, or its sample network, for which nothing is sent. */
export type Task = 'serve' | 'demo';

export class Server {
  private process?: ChildProcess;
  private ended?: Promise<number | NodeJS.Signals>;
  private text = '';

  private constructor(
    readonly folder: string,
    readonly logFile: string,
    private readonly port: number,
    private readonly settings: Settings,
    private readonly task: Task,
  ) {}

  /** Starts a server and waits until it is ready. */
  static async start(name: string, settings: Settings = {}, task: Task = 'serve'): Promise<Server> {
    const logs = join(process.env.E2E_OUTPUT ?? 'test-results', 'logs');
    mkdirSync(logs, { recursive: true });
    const folder = mkdtempSync(join(tmpdir(), `rollcall-e2e-${name}-`));
    const server = new Server(folder, join(logs, `${name}.log`), await freePort(), settings, task);
    await server.begin();
    return server;
  }

  /** The address of a page or of a path of the REST API. */
  url(path = '/'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Everything it has printed since it was started. */
  printed(): string {
    return this.text;
  }

  /** Starts the process; again after `end`, with the same database and port, and perhaps more settings. */
  async begin(more: Settings = {}): Promise<void> {
    const binary = process.env.ROLLCALL_BIN;
    if (!binary || !existsSync(binary)) {
      throw new Error('ROLLCALL_BIN names no binary: run these tests by `cargo xtask e2e`');
    }
    this.text = '';
    const log = createWriteStream(this.logFile, { flags: 'a' });
    // A demo takes its database from the command line only.
    const database = `sqlite://${this.folder}/rollcall.db?mode=rwc`;
    const child = spawn(binary, [this.task, '--database-url', database], {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        BIND: `127.0.0.1:${this.port}`,
        ...QUICK,
        ...this.settings,
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        this.text += part;
        log.write(part);
      });
    }
    await this.ready();
  }

  private async ready(): Promise<void> {
    const within = READY_WITHIN_MS[this.task];
    const deadline = Date.now() + within;
    while (Date.now() < deadline) {
      if (this.process?.exitCode !== null) {
        throw new Error(`the server ended at once:\n${this.text}`);
      }
      // The port is open before the server answers on it.
      const signal = AbortSignal.timeout(5_000);
      const answer = await fetch(this.url('/readyz'), { signal }).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Error(`the server is not ready after ${within / 1000} s:\n${this.text}`);
  }

  /** Asks it to end; returns its exit code, or the signal that killed it when it took too long. */
  async end(): Promise<number | NodeJS.Signals> {
    const { process: child, ended } = this;
    if (!child || !ended) return 0;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
    const how = await ended;
    clearTimeout(late);
    this.process = undefined;
    return how;
  }

  /** Deletes the database. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
