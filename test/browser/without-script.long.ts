import { bookToConfirmed } from '../support/booked-story.js';
import { chromiumPath } from '../support/browser.js';
import { onExample } from '../support/on-example.js';

const withBrowser = chromiumPath ? describe : describe.skip;

withBrowser('from a fresh start, by clicking, where no script runs', () => {
  const on = onExample();

  it('a council books, its adviser finds a team, the peers answer, one is replaced, and it is confirmed', async () => {
    await bookToConfirmed(on.service, on.browser, { name: 'without-script', script: false, week: 24 });
  }, 90_000);
});
