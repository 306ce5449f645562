import type { Browser } from 'playwright-core';
import { openBrowser } from './browser.js';
import { Service } from './service.js';

/** The example and a browser, for the tests of a describe; both are there once a test runs. */
export function onExample(): { readonly service: Service; readonly browser: Browser } {
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
  return {
    get service() {
      return service;
    },
    get browser() {
      return browser;
    },
  };
}
