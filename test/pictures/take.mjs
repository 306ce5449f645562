// `npm run pictures`: takes the pictures of the README from an example that runs, at http://localhost:3000 unless another address is given.
// It asks for a team where there is none to show, so let it be an example of its own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [address = 'http://localhost:3000'] = process.argv.slice(2);
const folder = join(import.meta.dirname, '../../docs/pictures');
const browsers = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];
const known = [process.env.CHROMIUM ?? '', ...browsers.map((name) => `/usr/bin/${name}`)];
const executablePath = known.find((path) => path !== '' && existsSync(path));
if (!executablePath) throw new Error('No Chromium or Chrome was found; name one by CHROMIUM.');

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });

/** A page of an example user. */
async function be(name) {
  const context = await browser.newContext({ baseURL: address, viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  await page.goto('/example-users');
  await page.getByRole('button', { name: `Be ${name}` }).click();
  return page;
}

/** What stands from the first table of a page on. */
async function take(page, name) {
  await page
    .locator('table')
    .first()
    .evaluate((table) => table.scrollIntoView());
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

const adviser = await be('Usha Patel');
await adviser.goto('/challenges?state=scoped');
await adviser.locator('main table a[href^="/challenges/"], main li a[href^="/challenges/"]').first().click();
await adviser.getByRole('button', { name: 'Ask for a team' }).click();
await adviser.getByRole('heading', { name: /Which of these/ }).waitFor({ timeout: 60_000 });
await take(adviser, 'teams');

const office = await be('Usha Patel');
await office.goto('/plan');
await office.locator('main a[href^="/plans/"]').first().click();
await take(office, 'year');
await browser.close();
