import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Choice, Day, Email } from '../web/fields.js';
import { FRESH, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField, notFound } from '../web/problems.js';
import { Allow, Granted, Proved, SignedIn, type Access } from './access.js';
import type { Account } from './account.entity.js';
import { AccountsService } from './accounts.service.js';
import { DeputiesService, type Away } from './deputies.service.js';

type Answer = Promise<Page | Redirect | Download>;

class DeputyForm {
  @Email({ optional: true }) deputyEmail?: string;
  @Day({ optional: true }) from?: string;
  @Day({ optional: true }) to?: string;
  @Choice(['away', 'back']) step: 'away' | 'back';
}

/** Who acts for an adviser who is away: said by the adviser, or by the office for one who is ill. */
@Controller()
export class DeputyPages {
  constructor(
    private readonly accounts: AccountsService,
    private readonly deputies: DeputiesService,
  ) {}

  @Get('account/deputy')
  @Allow('teams.request')
  own(@SignedIn() account: Account, again: Again = FRESH): Promise<Page> {
    return this.page(account, true, again);
  }

  @Post('account/deputy')
  @Allow('teams.request')
  saveOwn(@Granted() { actor }: Access, @SignedIn() account: Account, @Body() body: unknown): Answer {
    const work = async (form: DeputyForm): Promise<Redirect> => {
      await this.deputies.set(actor, account.id, awayOf(form));
      return new Redirect(paths.account);
    };
    return submit(DeputyForm, body, work, (again) => this.own(account, again));
  }

  @Get('accounts/:account/deputy')
  @Proved()
  @Allow('accounts.write')
  async show(@Param('account') id: string, again: Again = FRESH): Promise<Page> {
    return this.page(await this.account(id), false, again);
  }

  @Post('accounts/:account/deputy')
  @Proved()
  @Allow('accounts.write')
  save(@Granted() { actor }: Access, @Param('account') id: string, @Body() body: unknown): Answer {
    const work = async (form: DeputyForm): Promise<Redirect> => {
      await this.deputies.set(actor, (await this.account(id)).id, awayOf(form));
      return new Redirect(paths.accountOf(id));
    };
    return submit(DeputyForm, body, work, (again) => this.show(id, again));
  }

  /** Throws a 404 for anybody's account but an adviser's. */
  private async account(id: string): Promise<Account> {
    if (!isUUID(id)) throw notFound('account');
    const account = await this.accounts.get(id);
    if (account.role !== 'adviser') throw notFound('adviser');
    return account;
  }

  private async page(account: Account, isOwn: boolean, again: Again): Promise<Page> {
    const deputy = account.deputyId ? await this.accounts.get(account.deputyId) : null;
    return new Page('people/views/deputy.njk', {
      title: isOwn ? 'When you are away' : `While ${account.name} is away`,
      account,
      isOwn,
      deputy,
      others: await this.deputies.othersOf(account.id),
      ...again,
    });
  }
}

/** Null where somebody is back. Throws a 400 at the field that is empty. */
function awayOf({ step, deputyEmail, from, to }: DeputyForm): Away | null {
  if (step === 'back') return null;
  if (!deputyEmail) throw badField('/deputyEmail', 'choose who acts as deputy');
  if (!from) throw badField('/from', 'enter the first day away like 1 December 2026');
  return { deputyEmail, from, to: to ?? null };
}
