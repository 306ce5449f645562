import { Body, Controller, Get, Post } from '@nestjs/common';
import { ADDED_TO, READERS, shownTo, type ReaderOf } from '../messages/examples.js';
import type { LetterWords } from '../messages/letter.js';
import type { TemplateName } from '../messages/templates.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Choice, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';

const NAMES: Record<ReaderOf, string> = {
  council: 'To councils',
  peer: 'To peers',
  staff: 'To advisers and the office',
  account: 'To whoever signs in',
};

class WordsAround {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says('Enter a greeting with {name} in it, like Dear {name},')
  @Text({ max: 100, pattern: /\{name\}/ })
  greeting: string;
  @Says('Enter a greeting for whom no name is known, like Hello,') @Text({ max: 100 }) greetingOfAll: string;
  @Says('Enter at most 100 letters, like Kind regards,')
  @Text({ optional: true, min: 0, max: 100 })
  closing?: string;
  @Says('Enter who signs where there is nobody to ask, like The programme office')
  @Text({ max: 200 })
  office: string;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
}

class AddedForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says('Choose a message') @Choice(ADDED_TO) message: TemplateName;
  @Text({ optional: true, min: 0, max: 1000 }) added?: string;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
}

/** All that the service writes to people, to be read by the office, and what stands around it, to be changed there. */
@Controller('message-examples')
export class MessageExamplePages {
  constructor(private readonly reference: ReferenceService) {}

  @Get()
  @Allow('policy.write')
  async show(again: Again = FRESH): Promise<Page> {
    const { content, version } = await this.reference.item('letter');
    const words = content as LetterWords;
    return new Page('overview/views/message-examples.njk', {
      title: 'What we write to people',
      groups: READERS.map((reader) => ({ name: NAMES[reader], messages: shownTo(reader, words) })),
      ...{
        words,
        version,
        hints: hintsOf(words, again),
        kinds: READERS.flatMap((reader) => shownTo(reader)).filter(({ name }) => ADDED_TO.includes(name)),
        isAdding: again.input.message !== undefined,
        paragraphs: added(words),
        history: await this.reference.past('letter'),
        ...again,
      },
    });
  }

  @Post()
  @Allow('policy.write')
  save(@Granted() { actor }: Access, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async ({ version, reason, closing = '', ...words }: WordsAround): Promise<Redirect> => {
      const { added } = (await this.reference.item('letter')).content as LetterWords;
      const content = { ...words, closing, ...(added ? { added } : {}) };
      await this.reference.put(actor, 'letter', { content, reason, version });
      return new Redirect(paths.messageExamples);
    };
    return submit(WordsAround, body, work, (again) => this.show(again));
  }

  /** A paragraph of the office's own at the end of a kind of message; an empty one takes it away. */
  @Post('added')
  @Allow('policy.write')
  add(@Granted() { actor }: Access, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async ({ version, message, added = '', reason }: AddedForm): Promise<Redirect> => {
      if (/[{}]/.test(added))
        throw badField(
          '/added',
          'a paragraph goes out as it is typed: nothing in { } is filled in; take that out',
        );
      const now = (await this.reference.item('letter')).content as LetterWords;
      const { [message]: _, ...others } = now.added ?? {};
      const all = added.trim() === '' ? others : { ...others, [message]: added.trim() };
      await this.reference.put(actor, 'letter', { content: { ...now, added: all }, reason, version });
      return new Redirect(paths.messageExamples);
    };
    return submit(AddedForm, body, work, (again) => this.show(again));
  }
}

/** The paragraphs of the office's own, by the subject of their kind of message. */
function added({ added: all = {} }: LetterWords): { subject: string; text: string }[] {
  const shown = new Map(READERS.flatMap((reader) => shownTo(reader)).map((one) => [one.name, one.subject]));
  return Object.entries(all).map(([name, text]) => ({
    subject: shown.get(name as TemplateName) ?? name,
    text,
  }));
}

const HINTS: Record<Exclude<keyof LetterWords, 'added'>, string> = {
  greeting: '{name} stands for the name of who reads it',
  greetingOfAll: '',
  closing: 'Such as Kind regards, or nothing',
  office: '',
};

/** What helps with each field; where somebody else has saved meanwhile, what it says now beside what was typed. */
const hintsOf = (words: LetterWords, { input, errors }: Again): Record<string, string> =>
  Object.fromEntries(
    Object.entries(HINTS).map(([field, hint]) => {
      const now = words[field as keyof typeof HINTS];
      const isOther = errors.length > 0 && (input[field] ?? '') !== now;
      return [
        field,
        [...(hint ? [hint] : []), ...(isOther ? [`It says now: ${now || 'nothing'}`] : [])].join('. '),
      ];
    }),
  );
