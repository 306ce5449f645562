import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { In, type SelectQueryBuilder } from 'typeorm';
import { sayShortDay } from '../calendar/phrases.js';
import { PEER_CLASSES } from '../matching/problem/programme.js';
import { Allow, Granted, narrow, type Access, Noted, Proved } from '../people/access.js';
import { scopeOf, seesOfPeer } from '../people/permissions.js';
import { type Words } from '../kinds/words.js';
import { Int, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { anyOf, holds, pageOf, sortOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { NEEDS, Peer, PEER_STATES, type PeerNeeds } from './peer.entity.js';
import { Council } from '../councils/council.entity.js';
import { PeersService } from './peers.service.js';
import { askedOf } from './asked.js';
import { skillLevels, SKILLS, skillWords } from './skill-words.js';
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

const SORTS = { name: 'p.name', reviews: 'experience', council: 'h.name' } as const;

const EXPERIENCE =
  'p.reviews + (SELECT coalesce(max(s.served), 0) FROM peer_served s WHERE s.peer_id = p.id)';

/** The pool: found by what one looks for; one peer as far as the reader may see; a peer's own profile and needs. */
@Controller('peers')
export class PeerPages {
  constructor(
    private readonly peers: PeersService,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
    private readonly db: Database,
  ) {}

  @Get()
  @Allow('peers.search')
  async search(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const filters = filtersOf(query);
    const paging = pageOf(query);
    const [peers, count] = await this.query(access, filters)
      .skip(paging.skip)
      .take(paging.take)
      .getManyAndCount();
    const words = await this.kinds.words();
    const party = seesOfPeer(access.actor.role, 'party');
    const rows = peers.map((peer) => ({ ...summary(peer, words), party: party ? peer.party : null }));
    const known = {
      positions: await this.reference.get('positions'),
      groupings: anyOf(await this.reference.get('groupings')),
      skills: await this.reference.get('skills'),
      classes: PEER_CLASSES,
      states: PEER_STATES,
    };
    const seesDoubles = scopeOf(access.actor.role, 'peers.write') !== undefined;
    const model = { title: 'Peers', rows, count, filters, paging, seesDoubles, ...known };
    return new Page('peers/views/search.njk', model);
  }

  @Get('export.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('peers.search')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const content = await this.peers.export(access, (rows) => {
      filterBy(rows, filtersOf(query));
    });
    return new Download(content, 'text/csv; charset=utf-8', 'peers.csv');
  }

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

  private query(access: Access, filters: Filters) {
    const rows = this.db.manager
      .createQueryBuilder(Peer, 'p')
      .leftJoinAndSelect('p.council', 'h')
      .addSelect(EXPERIENCE, 'experience')
      .orderBy(SORTS[filters.sort], filters.sort === 'reviews' ? 'DESC' : 'ASC', 'NULLS LAST')
      .addOrderBy('p.id');
    narrow(rows, access, { region: 'h.region', peer: 'p.id', party: 'p.party' });
    filterBy(rows, filters);
    return rows;
  }
}

interface Filters extends Record<
  'name' | 'grouping' | 'class' | 'state' | 'position' | 'skill' | 'level',
  string
> {
  sort: keyof typeof SORTS;
}

function filterBy(rows: SelectQueryBuilder<Peer>, filters: Filters): void {
  if (filters.name) rows.andWhere(holds('p.name', 'name'), { name: filters.name });
  if (filters.class) rows.andWhere('p.class = :class', { class: filters.class });
  if (filters.state) rows.andWhere('p.state = :state', { state: filters.state });
  if (filters.grouping) rows.andWhere(':grouping = ANY(h.groupings)', { grouping: filters.grouping });
  if (filters.position) rows.andWhere(':position = ANY(p.positions)', { position: filters.position });
  if (filters.skill)
    rows.andWhere('coalesce((p.skills->>:skill)::int, 0) >= :level', {
      skill: filters.skill,
      level: Number(filters.level) || 1,
    });
}

/** Anything that is not among the known choices is as if it were not said. */
function filtersOf(query: Record<string, unknown>): Filters {
  const text = (name: string): string =>
    typeof query[name] === 'string' ? query[name].trim().slice(0, 100) : '';
  const known = (name: string, values: readonly string[]): string =>
    values.includes(text(name)) ? text(name) : '';
  return {
    name: text('name'),
    class: known('class', PEER_CLASSES),
    state: known('state', PEER_STATES),
    position: text('position'),
    grouping: text('grouping'),
    skill: text('skill'),
    level: known('level', ['1', '2', '3', '4', '5']),
    sort: sortOf(query, SORTS, 'name'),
  };
}

const accreditedWords = ({ accreditations }: Peer, words: Words): string[] =>
  accreditations.map(
    ({ kind, expiresOn }) => `${words.kind(kind)}${expiresOn ? ` until ${sayShortDay(expiresOn)}` : ''}`,
  );

function summary(
  { id, name, class: peerClass, state, council, organisation, positions, skills, experience }: Peer,
  words: Words,
) {
  return {
    id,
    name,
    class: peerClass,
    state,
    home: council?.name ?? organisation ?? '',
    positions: positions.map(words.position).join(', '),
    skills: Object.entries(skills)
      .map(([skill, level]) => `${words.skill(skill)} ${String(level)}`)
      .join(', '),
    reviews: experience,
  };
}
