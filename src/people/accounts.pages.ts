import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { loadGroups, requireGroup } from './party-groups.js';
import { Choice, Email, QueryInt, Telephone, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { notFound } from '../web/problems.js';
import { Allow, Granted, type Access, Proved } from './access.js';
import type { Account } from './account.entity.js';
import { AccountsService, type AccountFacts } from './accounts.service.js';
import { bodiesToday, councilOf, regionNamed, regionsThere } from './scopes.js';
import { ROLE_NAMES, ROLES, type Role } from './permissions.js';
import { isUUID } from 'class-validator';
import { SecondStepResets } from './second-step/resets.service.js';
import { SecondSteps } from './second-step/second-steps.service.js';
import { Database } from '../database/database.js';

type Answer = Promise<Page | Redirect | Download>;

class AccountForm {
  @Says('Enter the e-mail address like name@example.com') @Email() email: string;
  @Says('Enter the name') @Text({ max: 200 }) name: string;
  @Says('Choose the role') @Choice(ROLES) role: Role;
  @Telephone() telephone?: string;
  @Text({ optional: true, max: 60 }) region?: string;
  @Text({ optional: true, max: 20 }) council?: string;
  @Text({ optional: true, max: 60 }) party?: string;
  @Choice(['yes'], { optional: true }) senior?: 'yes';
  @Choice(['active', 'disabled'], { optional: true }) state?: 'active' | 'disabled';
  @QueryInt({ optional: true, min: 1, max: 2_147_483_647 }) version?: number;
}

class EndSessions {
  @Text({ optional: true, max: 40 }) key?: string;
}

class ResetForm {
  @Choice(['yes']) reset: 'yes';
}

/** Roles that are for a group, and for a council. */
const OF_GROUP: readonly Role[] = ['group', 'lead', 'peer'];
const OF_COUNCIL: readonly Role[] = ['council', 'approver', 'peer'];

/** Who may sign in, and as what. */
@Controller()
export class AccountPages {
  constructor(
    private readonly accounts: AccountsService,
    private readonly db: Database,
    private readonly second: SecondSteps,
    private readonly resets: SecondStepResets,
  ) {}

  @Get('accounts')
  @Proved()
  @Allow('accounts.write')
  async list(): Promise<Page> {
    const accounts = await this.accounts.list();
    const bodies = await this.db.query<{ id: string; name: string }[]>(
      'SELECT id, name FROM councils WHERE id IN (SELECT council_id FROM accounts)',
    );
    const names = new Map(bodies.map(({ id, name }) => [id, name]));
    const rows = accounts.map(({ id, name, email, state, role, region, councilId, party }) => {
      const of = [region, names.get(councilId ?? ''), party].filter((one) => one);
      return { id, name, email, state, is: [ROLE_NAMES[role], ...of].join(', ') };
    });
    return new Page('people/views/accounts.njk', { title: 'Accounts', accounts: rows });
  }

  /** One account, or with "new" another one. */
  @Get('accounts/:account')
  @Proved()
  @Allow('accounts.write')
  async one(@Granted() { actor }: Access, @Param('account') id: string, again: Again = FRESH): Promise<Page> {
    const account = id === 'new' ? null : await this.accounts.get(isUUID(id) ? id : failed());
    // Administrators, and who sees what is told in confidence, are named by an administrator.
    const namesAdmins = actor.role === 'admin';
    const model = {
      account,
      id,
      ...(await this.lists(account)),
      roles: ROLES.filter(
        (role) => role !== 'peer' && (role !== 'admin' || namesAdmins || account?.role === 'admin'),
      ).map((role) => ({ value: role, text: ROLE_NAMES[role] })),
      namesAdmins,
    };
    const deputy = account?.deputyId ? await this.accounts.get(account.deputyId) : null;
    const sessions = account ? await this.accounts.sessions(account.id) : [];
    return new Page('people/views/account-form.njk', {
      title: account ? account.name : 'A new account',
      ...model,
      deputy,
      sessions,
      secondStep: account && (await this.second.confirmed(account.id)),
      ...again,
    });
  }

  /** A region of the register, or the one that the account is of already. */
  private async regionFor(id: string, region: string): Promise<string> {
    const own = isUUID(id) ? (await this.accounts.get(id)).region : null;
    return region === own ? region : regionNamed(this.db, region);
  }

  /** What an account may be for: regions, bodies and groups as they are known, so that nobody spells one anew. */
  private async lists(account: Account | null): Promise<object> {
    const own = account?.councilId ?? null;
    const bodies = await bodiesToday(this.db, own);
    return {
      regions: withOwn(await regionsThere(this.db), account?.region),
      bodies,
      code: bodies.find(({ id }) => id === own)?.code ?? '',
      parties: withOwn(
        (await loadGroups(this.db.manager)).map(({ name }) => name),
        account?.party,
      ),
    };
  }

  /** As for somebody whose telephone is lost: one session, or without a key all of them. */
  @Post('accounts/:account/sessions/end')
  @Proved()
  @Allow('accounts.write')
  endSessions(@Granted() access: Access, @Param('account') id: string, @Body() body: unknown): Answer {
    const { actor } = access;
    const work = async ({ key }: EndSessions): Promise<Redirect> => {
      const account = await this.accounts.get(isUUID(id) ? id : failed());
      await this.accounts.endSessionsOf(actor, account.id, key);
      return new Redirect(paths.accountOf(id));
    };
    return submit(EndSessions, body, work, (again) => this.one(access, id, again));
  }

  /** Two administrators take the second step of a lost telephone away: one asks, another one does it. */
  @Post('accounts/:account/second-step')
  @Proved()
  @Allow('second-step.reset')
  resetSecondStep(@Granted() access: Access, @Param('account') id: string, @Body() body: unknown): Answer {
    const { actor } = access;
    const work = async (): Promise<Redirect> => {
      await this.resets.reset(actor, isUUID(id) ? id : failed());
      return new Redirect(paths.accountOf(id));
    };
    return submit(ResetForm, body, work, (again) => this.one(access, id, again));
  }

  @Post('accounts/:account')
  @Proved()
  @Allow('accounts.write')
  save(@Granted() access: Access, @Param('account') id: string, @Body() body: unknown): Answer {
    const { actor } = access;
    const work = async ({ state, version, council, ...form }: AccountForm): Promise<Redirect> => {
      const { region = null, party = null, telephone = null, email, senior, ...rest } = form;
      const facts: AccountFacts = {
        ...rest,
        email: email.toLowerCase(),
        telephone,
        // What a role is not for is not kept: it would be told of somebody, and mean nothing.
        region: region && rest.role === 'adviser' ? await this.regionFor(id, region) : null,
        party: OF_GROUP.includes(rest.role)
          ? requireGroup(await loadGroups(this.db.manager), party, '/party')
          : null,
        senior: senior === 'yes',
        councilId:
          council !== undefined && OF_COUNCIL.includes(rest.role) ? await councilOf(this.db, council) : null,
        peerId: null,
      };
      if (id === 'new') await this.accounts.create(actor, facts);
      else {
        const { peerId } = await this.accounts.get(isUUID(id) ? id : failed());
        await this.accounts.change(actor, id, version ?? 0, {
          ...facts,
          peerId,
          ...(state ? { state } : {}),
        });
      }
      return new Redirect(paths.accounts);
    };
    return submit(AccountForm, body, work, (again) => this.one(access, id, again));
  }
}

/** What an account says stays choosable, though the list does not know it any more. */
const withOwn = (known: string[], own: string | null | undefined): string[] =>
  own && !known.includes(own) ? [...known, own] : known;

function failed(): never {
  throw notFound('account');
}
