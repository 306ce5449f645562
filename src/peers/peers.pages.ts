import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { In } from 'typeorm';
import { sayShortDay } from '../calendar/phrases.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf, seesOfPeer } from '../people/permissions.js';
import { type Words } from '../kinds/words.js';
import { Int, QueryInt, Text } from '../web/fields.js';
import { summary } from './summary.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { NEEDS, Peer, type PeerNeeds } from './peer.entity.js';
import { Council } from '../councils/council.entity.js';
import { PeersService } from './peers.service.js';
import { askedOf } from './asked.js';
import { skillLevels, SKILLS, skillWords } from '../kinds/skill-words.js';
import { ReferenceService } from '../reference/reference.service.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';

type Answer = Promise<Page | Redirect | Download>;

class OwnProfile {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Text({ optional: true, max: 40 }) phone?: string;
  @Says('Write skills with levels like: finance 4, governance 3')
  @Text({ optional: true, max: 1000, pattern: SKILLS })
  skills?: string;
  @Says('Enter how many challenges a year, from 0 to 20')
  @Transform(({ value }) => Number(value))
  @Int({ min: 0, max: 20 })
  maxChallenges: number;
  @Says('Enter how many days a year, from 0 to 60')
  @Transform(({ value }) => Number(value))
  @Int({ min: 0, max: 60 })
  maxDays: number;
  @Says('Enter the days between two visits, from 0 to 180')
  @Transform(({ value }) => Number(value))
  @Int({ min: 0, max: 180 })
  restDays: number;
}

class NeedsForm implements PeerNeeds {
  @Text({ optional: true, max: 500 }) travel?: string;
  @Text({ optional: true, max: 500 }) access?: string;
  @Text({ optional: true, max: 500 }) diet?: string;
  @Text({ optional: true, max: 500 }) caring?: string;
}

class Nothing {}

/** One peer as far as the reader may see; a peer's own profile and needs. */
@Controller('peers')
export class PeerPages {
  constructor(
    private readonly peers: PeersService,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
    private readonly db: Database,
  ) {}

  @Get(':id')
  @Allow('peers.read', 'peer')
  async one(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const peer = await this.db.manager.findOneOrFail(Peer, {
      where: { id },
      relations: { council: true },
    });
    const words = await this.kinds.words();
    const sees = (part: Parameters<typeof seesOfPeer>[1]): boolean => seesOfPeer(actor.role, part);
    const may = (action: Parameters<typeof scopeOf>[1]): boolean => scopeOf(actor.role, action) !== undefined;
    const model = {
      peer: { ...summary(peer, words), version: peer.version, endorsedOn: peer.endorsedOn },
      party: sees('party') ? peer.party : null,
      contact: sees('contact') ? { email: peer.email, phone: peer.phone } : null,
      limits: sees('limits')
        ? { maxChallenges: peer.maxChallenges, maxDays: peer.maxDays, restDays: peer.restDays }
        : null,
      accreditations: sees('limits') ? accreditedWords(peer, words) : null,
      needs: sees('needs') ? peer.needs : null,
      homes: sees('conflicts') ? await this.homeWords(peer) : null,
      own: actor.role === 'peer',
      said: { skills: skillWords(peer.skills), phone: peer.phone },
      mayCorrect: may('peers.write'),
      mayEndorse: may('peers.endorse') && peer.class === 'member' && peer.endorsedOn === null,
      mayPause: may('peers.state') && peer.state === 'active',
      mayResume: may('peers.state') && peer.state === 'paused',
      seesDiary: may('availability.read'),
      asked: await askedOf(this.db, actor, id),
      erasureAskedAt: may('people.erase') ? peer.erasureAskedAt : null,
      skillIds: (await this.reference.get('skills')).map((skill) => skill.id).join(', '),
    };
    return new Page('peers/views/peer.njk', {
      title: model.own ? 'Your profile and skills' : peer.name,
      ...model,
      ...again,
    });
  }

  @Post(':id')
  @Allow('peers.own', 'peer')
  save(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, skills, phone, ...limits }: OwnProfile): Promise<Redirect> => {
      await this.peers.edit(access.actor, id, version, {
        ...limits,
        skills: skillLevels(skills),
        phone: phone ?? null,
      });
      return new Redirect(paths.peer(id));
    };
    return submit(OwnProfile, body, work, (again) => this.one(access, id, again));
  }

  @Post(':id/pause')
  @Allow('peers.state', 'peer')
  pause(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.act(access, id, body, () => this.peers.become(access.actor, id, 'paused'));
  }

  @Post(':id/resume')
  @Allow('peers.state', 'peer')
  resume(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.act(access, id, body, () => this.peers.become(access.actor, id, 'active'));
  }

  /** The group office vouches for a member peer of its party. */
  @Post(':id/endorse')
  @Allow('peers.endorse', 'peer')
  endorse(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.act(access, id, body, () => this.peers.endorse(access.actor, id, this.db.today()));
  }

  @Get(':id/needs')
  @Allow('needs.own', 'peer')
  async needs(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const peer = await this.peers.get(id);
    return new Page('peers/views/needs.njk', {
      title: 'What you need on a visit',
      peer,
      needs: NEEDS,
      ...again,
    });
  }

  @Post(':id/needs')
  @Allow('needs.own', 'peer')
  saveNeeds(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (needs: NeedsForm): Promise<Redirect> => {
      await this.peers.setNeeds(actor, id, { ...needs });
      return new Redirect(paths.home);
    };
    return submit(NeedsForm, body, work, (again) => this.needs(id, again));
  }

  private act(access: Access, id: string, body: unknown, work: () => Promise<unknown>): Answer {
    return submit(
      Nothing,
      body,
      () => work().then(() => new Redirect(paths.peer(id))),
      (again) => this.one(access, id, again),
    );
  }

  /** Further bodies that are theirs, or were: "Kent County Council until 31 March 2027". */
  private async homeWords({ homes }: Peer): Promise<string[]> {
    const councils = await this.db.manager.findBy(Council, {
      id: In(homes.map(({ councilId }) => councilId)),
    });
    return homes.map(({ councilId, from, to }) => {
      const name = councils.find(({ id }) => id === councilId)?.name ?? '';
      return `${name}${from ? ` from ${sayShortDay(from)}` : ''}${to ? ` until ${sayShortDay(to)}` : ''}`;
    });
  }
}

const accreditedWords = ({ accreditations }: Peer, words: Words): string[] =>
  accreditations.map(
    ({ kind, expiresOn }) => `${words.kind(kind)}${expiresOn ? ` until ${sayShortDay(expiresOn)}` : ''}`,
  );
