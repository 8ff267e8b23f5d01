// Listens to everything a browser complains about: a page that works and complains is broken all the same.
import type { BrowserContext, Page } from '@playwright/test';

/** Leaving a page ends its requests; nobody is hurt. */
const LEFT = 'net::ERR_ABORTED';

export class Guard {
  private readonly seen: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** Listens to every page of a browser context, those of later on included. */
  watch(context: BrowserContext): void {
    context.pages().forEach((page) => this.listen(page));
    context.on('page', (page) => this.listen(page));
  }

  /** The test provokes complaints like this. */
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  /** What was heard and not allowed. */
  complaints(): string[] {
    return this.seen.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
  }

  private listen(page: Page): void {
    page.on('console', (message) => {
      if (['error', 'warning', 'assert'].includes(message.type())) {
        this.seen.push(`console ${message.type()} on ${page.url()}: ${message.text()} ${message.location().url}`);
      }
    });
    page.on('pageerror', (error) => this.seen.push(`exception on ${page.url()}: ${error.stack ?? error.message}`));
    page.on('crash', () => this.seen.push(`crash of ${page.url()}`));
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      if (why !== LEFT) this.seen.push(`request failed: ${request.method()} ${request.url()} ${why}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.seen.push(`answer ${response.status()} to ${response.url()}`);
    });
  }
}
