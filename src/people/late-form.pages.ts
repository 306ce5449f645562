import { Controller, Get, Req } from '@nestjs/common';
import { isUUID } from 'class-validator';
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
      .map(({ name, value }) => [words(name), value]);
    const title = late ? 'Send what you typed' : 'Nothing is kept';
    return new Page('people/views/late-form.njk', { title, action: late?.path, hidden, typed });
  }
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
