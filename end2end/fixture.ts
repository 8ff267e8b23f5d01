// What every test starts from: a guarded browser, and one server per test file.
import { test as base, expect, request, type APIRequestContext, type BrowserContext, type Page } from '@playwright/test';
import { Guard } from './guard';
import { Rest } from './rest';
import { PASSWORD, Server, type Settings, type Task } from './server';

export { expect };
export type { Page };

/** Fails a test when a page of it complains: console, exceptions, failed requests, violated policies. */
export const test = base.extend<{ guard: Guard }>({
  guard: [
    async ({ context }, use) => {
      const guard = new Guard();
      guard.watch(context);
      await use(guard);
      expect(guard.complaints(), 'complaints of the browser').toEqual([]);
    },
    { auto: true },
  ],
});

/** The server of a test file, with what tests do with it. */
export class App {
  private started?: { server: Server; caller: APIRequestContext };

  /** @internal */
  async start(name: string, settings: Settings, task: Task): Promise<void> {
    const server = await Server.start(name, settings, task);
    // Not a browser: it has to tell its origin by itself.
    const caller = await request.newContext({ extraHTTPHeaders: { origin: server.url('') } });
    this.started = { server, caller };
    if (settings.ADMIN_PASSWORD === undefined && 'ADMIN_PASSWORD' in settings) return;
    const answer = await caller.post(server.url('/api/v1/session'), {
      data: { username: 'admin', password: PASSWORD },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  }

  /** @internal */
  async stop(): Promise<void> {
    if (!this.started) return;
    const { server, caller } = this.started;
    await caller.dispose();
    const code = await server.end();
    server.forget();
    this.started = undefined;
    expect(code, `exit code after SIGTERM\n${server.printed()}`).toBe(0);
  }

  /** Whether there is a server: not in a file whose tests are all skipped. */
  isRunning(): boolean {
    return this.started !== undefined;
  }

  get server(): Server {
    if (!this.started) throw new Error('the server of this file is not running');
    return this.started.server;
  }

  /** The REST API, signed in as the administrator. */
  get rest(): Rest {
    if (!this.started) throw new Error('the server of this file is not running');
    return new Rest(this.started.caller, this.server.url(''));
  }

  /** The address of a page. */
  url(path = '/'): string {
    return this.server.url(path);
  }

  /** Gives a browser the administrator's session, without the detour of the sign-in page. */
  async signIn(context: BrowserContext): Promise<void> {
    const state = await this.started?.caller.storageState();
    await context.addCookies(state?.cookies ?? []);
  }

  /** Opens a page signed in and waits until the application is alive in it. */
  async open(page: Page, path = '/'): Promise<void> {
    await this.signIn(page.context());
    await page.goto(this.url(path));
    await isLive(page);
  }
}

/** Waits until the page is hydrated and the live stream runs: before that, nobody listens to clicks. */
export async function isLive(page: Page): Promise<void> {
  await expect(page.getByTestId('live-state')).toHaveText('Live');
}

/** Starts a server before the tests of a file and ends it in order after them. */
export function serve(name: string, settings: Settings = {}): App {
  return run(name, settings, 'serve');
}

/** The same with the sample network and a week of its history: nothing of it is pinged. */
export function demo(name: string, settings: Settings = {}): App {
  return run(name, settings, 'demo');
}

function run(name: string, settings: Settings, task: Task): App {
  const app = new App();
  test.beforeAll(async ({}, info) => {
    if (task === 'demo') info.setTimeout(200_000);
    await app.start(name, settings, task);
  });
  test.afterEach(async ({}, info) => {
    if (info.status !== info.expectedStatus && app.isRunning()) {
      await info.attach('server.log', { path: app.server.logFile });
    }
  });
  test.afterAll(() => app.stop());
  return app;
}

/** Signs in by the form. */
export async function fillSignIn(page: Page, password: string): Promise<void> {
  await page.getByTestId('login-username').fill('admin');
  await page.getByTestId('login-password').fill(password);
  await page.getByTestId('login-submit').click();
}
