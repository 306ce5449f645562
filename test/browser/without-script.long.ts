import type { Browser } from 'playwright-core';
import { bookToConfirmed } from '../support/booked-story.js';
import { chromiumPath, openBrowser } from '../support/browser.js';
import { Service } from '../support/service.js';

const withBrowser = chromiumPath ? describe : describe.skip;

withBrowser('from a fresh start, by clicking, where no script runs', () => {
  let service: Service;
  let browser: Browser;

  beforeAll(async () => {
    service = await Service.start({ example: true });
    browser = await openBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it('a council books, its adviser finds a team, the peers answer, one is replaced, and it is confirmed', async () => {
    await bookToConfirmed(service, browser, { name: 'without-script', script: false, week: 24 });
  }, 90_000);
});
