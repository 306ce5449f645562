import { generateSync } from 'otplib';
import { chromiumPath, DESK, Person, PHONE } from '../support/browser.js';
import { sent } from '../support/outbox.js';
import { onExample } from '../support/on-example.js';

const withBrowser = chromiumPath ? describe : describe.skip;

withBrowser('signing in, by clicking', () => {
  const on = onExample();

  it('a code from the outbox signs one in, and an app is asked for once it is set up', async () => {
    const person = await Person.at(on.browser, on.service.settings.ADDRESS, 'code', { size: PHONE });
    const signIn = async (nth: number): Promise<void> => {
      await person.open('/sign-in');
      await person.press('Send me a code');
      expect(await person.text()).toContain('Enter your e-mail address');
      await person.fill('E-mail address', 'programme@users.example');
      await person.press('Send me a code');
      const codes = await sent(on.service, new Date(0), 'Your code to sign in', nth);
      await person.fill('Code of 6 digits', /Your code is (\d{6})/.exec(codes.at(-1)?.body ?? '')?.[1] ?? '');
      await person.press('Sign in');
    };
    await signIn(1);
    expect(await person.heading()).toBe('What needs me today?');
    await person.open('/account');
    await person.press('A second step when you sign in');
    await person.press('Set one up');
    const key = (await person.page.locator('code').innerText()).replaceAll(' ', '');
    await person.fill('Code of 6 digits', generateSync({ secret: key }));
    await person.press('Finish');
    const kept = await person.page.locator('li code').allInnerTexts();
    await person.press('I have kept them');
    await person.press('Sign out everywhere');
    await signIn(2);
    expect(await person.heading()).toBe('Type the code of your app');
    await person.fill('Code of the app, or a recovery code', kept[0] ?? '');
    await person.press('Sign in');
    expect(await person.heading()).toBe('What needs me today?');
    await person.open('/account/prove?next=/tokens');
    await person.resize(DESK);
    await person.close();
  }, 90_000);
});
