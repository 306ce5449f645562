import { makeMailer, reasonNotSent } from '../messages/mailer.js';
import { lookAround, type Check } from '../operations/surroundings.js';
import type { Settings } from '../settings.js';

const WORDS = { well: 'ok   ', told: 'note ', wrong: 'WRONG' };

/** All that a process looks at when it starts, and whether mail would go out: a line each, and whether nothing is wrong. */
export async function diagnose(settings: Settings): Promise<{ lines: string[]; isWell: boolean }> {
  const checks = [...(await lookAround(settings)), await lookAtMail(settings)];
  return {
    lines: checks.map(({ what, how, says }) => `${WORDS[how]} ${what}: ${says}`),
    isWell: checks.every(({ how }) => how !== 'wrong'),
  };
}

async function lookAtMail(settings: Settings): Promise<Check> {
  const what = 'Mail';
  const mailer = makeMailer(settings);
  if (mailer.keeps)
    return { what, how: 'told', says: 'No mail goes out: messages stay on the page Outbox. Set SMTP_URL.' };
  try {
    await mailer.reach();
    return { what, how: 'well', says: 'Whoever sends it answers, and lets us in.' };
  } catch (error) {
    const codes = Object.entries(reasonNotSent(error)).filter(([, code]) => code !== undefined);
    const said = codes.map(([name, code]) => `${name} ${String(code)}`).join(', ');
    return {
      what,
      how: 'wrong',
      says: `whoever sends it does not answer, or does not let us in (${said || 'no code'}); check SMTP_URL, or NOTIFY_KEY and NOTIFY_TEMPLATE.`,
    };
  }
}
