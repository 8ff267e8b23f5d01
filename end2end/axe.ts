// What axe finds serious or critical, in every theme.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const GRAVE = ['serious', 'critical'];

/** Checks the page as it stands, in all three themes. */
export async function isAccessible(page: Page, what: string): Promise<void> {
  for (const theme of ['light', 'dark', 'contrast'] as const) {
    await page.evaluate((word) => document.documentElement.setAttribute('data-theme', word), theme);
    const builder = new AxeBuilder({ page });
    // Only colours differ between the themes.
    if (theme !== 'light') builder.withRules(['color-contrast']);
    const { violations } = await builder.analyze();
    const grave = violations
      .filter(({ impact }) => impact && GRAVE.includes(impact))
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary})`).join(' | ')}`);
    expect.soft(grave, `${what}, ${theme}`).toEqual([]);
  }
}

/** Nothing sticks out at the side. */
export async function fitsWidth(page: Page, what: string): Promise<void> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(excess, `${what} is wider than the screen by`).toBeLessThanOrEqual(0);
}
