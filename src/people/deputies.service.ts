import { Injectable } from '@nestjs/common';
import { Not, type EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import { Database } from '../database/database.js';
import { MessagesService } from '../messages/messages.service.js';
import { paths } from '../web/paths.js';
import { badField, conflict, notFound } from '../web/problems.js';
import type { Actor } from './access.js';
import { Account } from './account.entity.js';
import { accountOf } from './actor-names.js';
import { record } from './audit.js';

/** How long an adviser is away, and who acts for them; without a last day, until they are back. */
export interface Away {
  deputyEmail: string;
  from: CivilDate;
  to: CivilDate | null;
}

/** Who acts for an adviser who is away: named by the adviser, or by the office for one who is ill. */
@Injectable()
export class DeputiesService {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
  ) {}

  /** The advisers who may act for one of them, by name. */
  othersOf(id: string): Promise<Account[]> {
    return this.db.manager.find(Account, {
      where: { role: 'adviser', state: 'active', id: Not(id) },
      order: { name: 'ASC', email: 'ASC' },
    });
  }

  /**
   * While an adviser is away, another one sees and does in the region what they do; null: they are back. The deputy is told, one who is
   * deputy no more too, and the adviser where the office did it. Throws a 400 at the field for who is no other adviser or is away then, and
   * for days that end before they begin or have gone by; 409 for an account that is no adviser's.
   */
  async set(actor: Actor, id: string, away: Away | null): Promise<void> {
    await this.db.transact(async (tx) => {
      const account = await tx.findOne(Account, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!account) throw notFound('account');
      if (account.role !== 'adviser') throw conflict('no-adviser', 'Only a principal adviser has a deputy.');
      const deputy = away && (await deputyOf(tx, id, away));
      if (away) this.requireDays(away, account);
      const before = account.deputyId && (await tx.findOneBy(Account, { id: account.deputyId }));
      const days = { awayFrom: away?.from ?? null, awayTo: away?.to ?? null };
      await tx.update(Account, { id }, { deputyId: deputy?.id ?? null, ...days });
      await record(tx, actor, 'account.away', `account:${id}`, { from: days.awayFrom, to: days.awayTo });
      await this.tell(tx, actor, { account, deputy, before: before || null, away });
    });
  }

  /** One who is disabled, or is no adviser any more, acts for nobody: those for whom they did are told. */
  async forget(tx: EntityManager, deputy: Account): Promise<void> {
    for (const { id, email, name } of await tx.findBy(Account, { deputyId: deputy.id })) {
      await tx.update(Account, { id }, { deputyId: null, awayFrom: null, awayTo: null });
      const what = `${deputy.name}, who was to act for ${name} in days away, is no adviser any more. Name another deputy.`;
      await this.tellOf(tx, { email, what, about: `account:${id}`, cause: `deputy-gone-${id}-${deputy.id}` });
    }
  }

  private requireDays({ from, to }: Away, { awayFrom }: Account): void {
    const today = this.db.today();
    if (to !== null && to < from)
      throw badField('/to', `found ${sayDay(to)}; allowed: ${sayDay(from)} or later`);
    if (to !== null && to < today)
      throw badField('/to', `found ${sayDay(to)}, which has gone by; allowed: today or later`);
    if (from < today && from !== awayFrom)
      throw badField('/from', `found ${sayDay(from)}, which has gone by; allowed: today or later`);
  }

  private async tell(
    tx: EntityManager,
    actor: Actor,
    { account, deputy, before, away }: Told,
  ): Promise<void> {
    const cause = `deputy-${account.id}-${this.db.now().toISOString()}`;
    const about = `account:${account.id}`;
    if (deputy && away)
      await this.messages.post(tx, {
        template: 'deputy-named',
        data: {
          whose: account.name,
          region: account.region,
          from: away.from,
          to: away.to,
          page: this.messages.address(paths.home),
        },
        to: [deputy.email],
        cause,
        about,
      });
    if (before && before.id !== deputy?.id)
      await this.tellOf(tx, {
        email: before.email,
        what: `You act for ${account.name} no more.`,
        cause,
        about,
      });
    if (actor.id === about) return;
    const by = (await accountOf(tx, actor.id))?.name ?? 'The programme office';
    const what =
      deputy && away
        ? `${by} has named ${deputy.name} to act for you ${sayAway(away)}.`
        : `${by} has noted that you are back: nobody acts for you any more.`;
    await this.tellOf(tx, { email: account.email, what, cause, about });
  }

  private tellOf(
    tx: EntityManager,
    { email, what, cause, about }: Record<'email' | 'what' | 'cause' | 'about', string>,
  ): Promise<unknown> {
    const data = { what, page: this.messages.address(paths.account) };
    return this.messages.post(tx, { template: 'account-changed', data, to: [email], cause, about });
  }
}

/** Whose deputy it is, who is one now and who was before. */
interface Told {
  account: Account;
  deputy: Account | null;
  before: Account | null;
  away: Away | null;
}

/** "from Monday 1 March 2027 to Friday 12 March 2027" */
const sayAway = ({ from, to }: Away): string =>
  to === null ? `from ${sayDay(from)} until you are back` : `from ${sayDay(from)} to ${sayDay(to)}`;

/** Another principal adviser, by the address, who is not away in these days. Throws a 400 for anybody else. */
async function deputyOf(
  tx: EntityManager,
  id: string,
  { deputyEmail: email, from, to }: Away,
): Promise<Account> {
  const found = await tx.findOneBy(Account, {
    email: email.toLowerCase(),
    role: 'adviser',
    state: 'active',
  });
  if (!found || found.id === id)
    throw badField('/deputyEmail', `found "${email}"; allowed: the address of another principal adviser`);
  const { awayFrom, awayTo } = found;
  if (awayFrom !== null && (to === null || awayFrom <= to) && (awayTo === null || awayTo >= from))
    throw badField(
      '/deputyEmail',
      `${found.name} is away too ${awayTo === null ? `from ${sayDay(awayFrom)}` : `from ${sayDay(awayFrom)} to ${sayDay(awayTo)}`}; choose another deputy or other days`,
    );
  return found;
}
