import type { EntityManager } from 'typeorm';
import { LINK_PLACE, type TemplateName } from './templates.js';
import type { WhomToAsk } from './whom-to-ask.js';

/** Whom a message greets. */
export interface Reader {
  /** Null where nobody is known by the address, or several people share it. */
  name: string | null;
  isStaff: boolean;
}

/** What stands around the text of every message: policy, changed on the page of messages. */
export interface LetterWords {
  /** With {name} where the reader's name goes. */
  greeting: string;
  /** For whom is known by no name, or where several share an address. */
  greetingOfAll: string;
  /** Above the signature; empty for none. */
  closing: string;
  /** Who signs where there is nobody to ask. */
  office: string;
  /** A paragraph of the office's own at the end of a kind of message. */
  added?: Partial<Record<TemplateName, string>>;
}

export const USUAL_LETTER: LetterWords = {
  greeting: 'Dear {name},',
  greetingOfAll: 'Hello,',
  closing: '',
  office: 'The programme office\nCritical Friend',
};

/** What stands around messages at present. */
export async function letterWords(tx: EntityManager): Promise<LetterWords> {
  const [kept] = await tx.query<{ content: LetterWords }[]>(
    `SELECT content FROM policies WHERE id = 'letter'`,
  );
  return kept?.content ?? USUAL_LETTER;
}

const STRANGER: Reader = { name: null, isStaff: false };

/** Who reads what goes to an address: those who sign in with it, then contacts of a challenge, then peers and candidates. */
export async function readerAt(
  tx: EntityManager,
  address: string,
  challengeId: string | null = null,
): Promise<Reader> {
  const [account] = await tx.query<{ name: string; staff: boolean }[]>(
    `SELECT name, role NOT IN ('peer', 'lead', 'council', 'approver') AS staff FROM accounts WHERE email = lower($1) AND state = 'active'`,
    [address],
  );
  if (account) return { name: account.name, isStaff: account.staff };
  const names = await tx.query<{ name: string }[]>(
    `SELECT o->>'name' AS name FROM challenges c, jsonb_array_elements(c.contacts) o WHERE c.id = $2 AND lower(o->>'email') = lower($1)
     UNION SELECT name FROM peers WHERE lower(email) = lower($1) UNION SELECT name FROM applications WHERE lower(email) = lower($1) LIMIT 2`,
    [address, challengeId],
  );
  return names[0] && names.length === 1 ? { name: names[0].name, isStaff: false } : STRANGER;
}

/** A code is read at a glance, without greeting and signature. */
export const isBare = (template: TemplateName): boolean => template === 'sign-in-code';

/** A text with what the office adds to every message of its kind. */
export function withAdded(body: string, template: TemplateName, { added = {} }: LetterWords): string {
  const own = added[template]?.replaceAll(LINK_PLACE, '').trim();
  return own ? `${body.trim()}\n\n${own}\n` : body;
}

/**
 * A text with its greeting and signature. To councils and peers it is the person whom they can ask who signs, where there is one; to staff, who
 * know it, the service.
 */
export function letter(
  body: string,
  { name, isStaff }: Reader,
  signer: WhomToAsk | null,
  words: LetterWords = USUAL_LETTER,
): string {
  const greeting = name === null ? words.greetingOfAll : words.greeting.replaceAll('{name}', () => name);
  const signature = isStaff ? 'Critical Friend' : signer ? signatureOf(signer) : words.office.trim();
  const end = words.closing === '' || isStaff ? signature : `${words.closing}\n\n${signature}`;
  return `${greeting}\n\n${body.trim()}\n\n${end}\n`;
}

const signatureOf = ({ name, role, telephone, email, standsInFor }: WhomToAsk): string =>
  [
    name,
    standsInFor === null ? role : `${role}, for ${standsInFor}`,
    telephone && `Telephone ${telephone}`,
    email,
  ]
    .filter((line) => line !== null)
    .join('\n');

/** The same text for readers whose program shows HTML: paragraphs, lists and links, and nothing that has to be fetched. */
export function htmlOf(text: string): string {
  const blocks = text
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const lines = block.split('\n');
      return lines.every((line) => line.startsWith('- '))
        ? `<ul>${lines.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`
        : `<p>${lines.map(inline).join('<br>')}</p>`;
    });
  return `<!doctype html><html lang="en"><body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 38em">${blocks.join('\n')}</body></html>`;
}

/** Splits a text so that every second piece is an address, without the stop or bracket behind it. */
export const ADDRESS = /(https?:\/\/\S*[^\s.,;:)”])/;

const inline = (text: string): string =>
  text
    .split(ADDRESS)
    .map((piece, at) => (at % 2 === 1 ? `<a href="${safe(piece)}">${safe(piece)}</a>` : safe(piece)))
    .join('');

const safe = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
