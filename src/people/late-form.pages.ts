import { Controller, Get, Req } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { isCivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import { amount } from '../english/words.js';
import { Page } from '../web/pages.js';
import { Allow, type SignedRequest } from './access.js';
import { flat, lateIn } from './late-forms.js';

/** What a form carries besides what somebody typed or chose. */
const OURS = /^(version|step|at|next)$/;

/** A form that came after its session had ended, to be looked at and sent by whoever typed it. */
@Controller()
export class LateFormPages {
  @Get('late-form')
  @Allow('account.own')
  one(@Req() request: SignedRequest): Page {
    const late = lateIn(request, request.account?.id);
    const hidden = flat(late?.fields ?? {});
    const typed = hidden
      .filter(({ name, value }) => value.trim() !== '' && !OURS.test(name) && !isUUID(value))
      .map(({ name, value }) => [words(name), sayValue(value)]);
    const title = late ? 'Send what you typed' : 'Nothing is kept';
    return new Page('people/views/late-form.njk', { title, action: late?.path, hidden, typed });
  }
}

const DAYS = /^(\d{4}-\d{2}-\d{2})(?:\/(\d+))?$/;
const CODE = /^[a-z]+(?:_[a-z]+)+$/;

/** What was typed as it was; days, and what was chosen from a list, in words. */
function sayValue(value: string): string {
  const [, day, days] = DAYS.exec(value) ?? [];
  if (day !== undefined && isCivilDate(day))
    return days ? `${sayDay(day)}, ${amount(Number(days), 'day')}` : sayDay(day);
  return CODE.test(value) ? value.replaceAll('_', ' ') : value;
}

/** "otherDates" as "Other dates". */
function words(name: string): string {
  const said = name
    .replace(/[[\]_-]+/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase();
  return said.charAt(0).toUpperCase() + said.slice(1);
}
