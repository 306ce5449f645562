import { bookToConfirmed } from '../support/booked-story.js';
import { chromiumPath } from '../support/browser.js';
import { onExample } from '../support/on-example.js';

const withBrowser = chromiumPath ? describe : describe.skip;

withBrowser('from a fresh start, by clicking', () => {
  const on = onExample();

  it.each([
    ['where script runs', { name: 'with-script', script: true, week: 14 }],
    ['where no script runs', { name: 'without-script', script: false, week: 24 }],
  ])(
    'a council books, its adviser finds a team, the peers answer, one is replaced, and it is confirmed: %s',
    async (_, way) => {
      await bookToConfirmed(on.service, on.browser, way);
    },
    90_000,
  );
});
