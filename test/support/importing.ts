import type { PageSession } from './page-session.js';

/** What somebody saw who brought a file. */
export interface Brought {
  text: string;
  /** Its address; empty where the file was not even taken in hand. */
  page: string;
  isRefused: boolean;
}

/** Brings a file to the page of imports and looks at what it would do; `import` enters it too, where it would do anything. */
export async function bring(
  who: PageSession,
  { what, about = '', content }: { what: string; about?: string; content: string | Buffer },
  step: 'check' | 'import' = 'import',
): Promise<Brought> {
  const sent = await who.upload('/imports', { what, ...(about ? { about } : {}) }, content);
  if (sent.status !== 303) return { text: sent.text, page: '', isRefused: sent.status === 400 };
  const page = sent.headers.location ?? '';
  const { text } = await who.get(page);
  const looked = { text, page, isRefused: text.includes('<h1 class="govuk-heading-l">Nothing was imported') };
  const digest = /name="digest" value="([^"]+)"/.exec(text)?.[1];
  if (step === 'check' || digest === undefined || text.includes('It would change nothing')) return looked;
  return { ...looked, ...(await go(who, page, 'enter', digest)) };
}

/** Takes a step on the page of an import, and gives the page afterwards. */
export async function go(
  who: PageSession,
  page: string,
  step: 'enter' | 'undo' | 'stop',
  digest = '',
): Promise<{ text: string; status: number; isRefused: boolean }> {
  const done = await who.post(page, { step, ...(digest ? { digest } : {}) });
  const { text } = done.status === 303 ? await who.get(page) : done;
  const isRefused = text.includes('<h1 class="govuk-heading-l">Nothing was imported');
  return { text, status: done.status, isRefused };
}
