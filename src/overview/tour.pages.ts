import { Controller, Get } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Account } from '../people/account.entity.js';
import { Public } from '../people/access.js';
import { AccountsService } from '../people/accounts.service.js';
import { Page } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { notFound } from '../web/problems.js';
import { Settings } from '../settings.js';

/** One step of the tour: what is seen there, and as whom; `next` is where it begins. */
interface Stop {
  title: string;
  words: string;
  who: Account | undefined;
  next: string;
}

/** In example mode, the service in five steps, each as somebody whose work it is. In real use there is no such page. */
@Controller('tour')
export class TourPages {
  constructor(
    private readonly accounts: AccountsService,
    private readonly db: Database,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Public()
  async show(): Promise<Page> {
    if (this.settings.MODE !== 'example') throw notFound('page');
    return new Page('overview/views/tour.njk', {
      title: 'The service in five steps',
      stops: await this.stops(),
    });
  }

  private async stops(): Promise<Stop[]> {
    const people = await this.accounts.examples();
    const of = (role: Account['role']): Account | undefined => people.find((one) => one.role === role);
    const peer = of('peer');
    return [
      {
        title: 'A council books a challenge',
        words: 'Choose a kind, then a week: what the calendar says of each week stands beside it.',
        who: of('council'),
        next: paths.book,
      },
      {
        title: 'An adviser compares teams',
        words:
          'The best teams there are, seat by seat, and why each person is in it. Change a seat, or choose one.',
        who: people.find(({ role, region }) => role === 'adviser' && region === null),
        next: await this.teams(),
      },
      {
        title: 'A peer is asked, and answers',
        words: 'Say yes or no to one visit: where, when, what for, and who to ring with questions.',
        who: peer,
        next: await this.question(peer?.peerId ?? null),
      },
      {
        title: 'A challenge manager keeps the days',
        words: 'What needs doing today, what is late, and who owes it, from papers to the report.',
        who: of('manager'),
        next: paths.home,
      },
      {
        title: 'The programme office looks at the year',
        words:
          'Where the year stands, measure by measure; behind each figure are the challenges that it counts.',
        who: of('programme'),
        next: paths.programme,
      },
    ];
  }

  /** Teams that wait for somebody to choose among them; the home page where there are none. */
  private async teams(): Promise<string> {
    const [found] = await this.db.manager.query<{ id: string }[]>(
      `SELECT r.id FROM team_requests r JOIN challenges c ON c.id = r.challenge_id
       WHERE r.state = 'done' AND c.state = 'team_proposed'
       ORDER BY (SELECT count(*) FROM proposals p WHERE p.request_id = r.id AND p.state = 'proposed') DESC, r.created_at DESC LIMIT 1`,
    );
    return found ? paths.teamRequest(found.id) : paths.home;
  }

  /** What a peer is asked and has not answered; the home page where that is nothing. */
  private async question(peerId: string | null): Promise<string> {
    const [found] = await this.db.manager.query<{ id: string }[]>(
      `SELECT id FROM invitations WHERE peer_id = $1 AND state = 'pending' ORDER BY created_at LIMIT 1`,
      [peerId],
    );
    return found ? paths.invitation(found.id) : paths.home;
  }
}
