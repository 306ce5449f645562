import { isUUID } from 'class-validator';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access, Proved } from '../people/access.js';
import { Choice, Email, Uuid } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField, Problem } from '../web/problems.js';
import { ErasuresService, type Whom } from './erasures.service.js';

type Answer = Promise<Page | Redirect | Download>;

class LookForm {
  @Says('Enter the e-mail address like name@example.com') @Email() email: string;
}

class EraseForm {
  @Email({ optional: true }) email?: string;
  @Uuid({ optional: true }) peerId?: string;
  @Says('Tick that you have looked at what goes') @Choice(['yes']) sure: 'yes';
}

/** The office erases people who asked for it: sees who waits, what goes and what stays, and does it. */
@Controller()
export class ErasurePages {
  constructor(private readonly erasures: ErasuresService) {}

  @Get('erasures')
  @Proved()
  @Allow('people.erase')
  async list(again: Again = FRESH): Promise<Page> {
    return new Page('erasure/views/erasures.njk', {
      title: 'Erasure',
      asked: await this.erasures.asked(),
      done: await this.erasures.done(),
      ...again,
    });
  }

  /** By an address, which stands in no address of a page. */
  @Post('erasures/look')
  @Proved()
  @Allow('people.erase')
  look(@Body() body: unknown): Answer {
    const work = ({ email }: LookForm): Promise<Page> =>
      this.show({ email }).catch((error: unknown) => {
        throw error instanceof Problem && error.status === 404
          ? badField('/email', 'Nothing is held of this address')
          : error;
      });
    return submit(LookForm, body, work, (again) => this.list(again));
  }

  @Get('peers/:id/erase')
  @Proved()
  @Allow('people.erase', 'peer')
  one(@Param('id') peerId: string): Promise<Page> {
    return this.show({ peerId });
  }

  @Post('erasures')
  @Proved()
  @Allow('people.erase')
  erase(@Granted() { actor }: Access, @Body() body: unknown): Answer {
    const whom = whomOf(body);
    const work = async ({ email, peerId }: EraseForm): Promise<Redirect> => {
      await this.erasures.erase(actor, { email, peerId });
      return new Redirect(paths.erasures);
    };
    return submit(EraseForm, body, work, (again) =>
      whom.email !== undefined || whom.peerId !== undefined ? this.show(whom, again) : this.list(again),
    );
  }

  private async show(whom: Whom, again: Again = FRESH): Promise<Page> {
    const { person, ...preview } = await this.erasures.preview(whom);
    const model = { whom, names: person.names, emails: person.emails, phones: person.phones, ...preview };
    return new Page('erasure/views/erase.njk', { title: 'Erase a person', ...model, ...again });
  }
}

/** Whom a form was about, as far as it says, to show it again. */
function whomOf(body: unknown): Whom {
  const { email, peerId } = (body ?? {}) as Record<string, unknown>;
  return {
    ...(typeof email === 'string' && email ? { email } : {}),
    ...(isUUID(peerId) ? { peerId: String(peerId) } : {}),
  };
}
