import { Injectable } from '@nestjs/common';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { sayDay } from '../calendar/phrases.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { SCOPE_COLUMNS } from '../challenges/hosts.js';
import { STATE_NAMES } from '../challenges/states.js';
import { Council } from '../councils/council.entity.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { scopeOf, type Action } from '../people/permissions.js';
import { Peer } from '../peers/peer.entity.js';
import { holds } from '../web/lists.js';
import { paths } from '../web/paths.js';

/** What was found of one sort: the first of it, how much there is, and where all of it stands. */
export interface Found {
  name: string;
  lines: { text: string; hint: string; href: string }[];
  count: number;
  all: string | null;
}

const SHOWN = 8;
const MOST_WORDS = 8;
/** So many challenges that somebody worked on are shown, of so many of their steps in the trail. */
const RECENT = 5;
const LOOKED_BACK = 300;

type Words = Awaited<ReturnType<KindsService['words']>>;

/** Councils, challenges and peers by name, each as far as somebody may look for it. */
@Injectable()
export class FindService {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
  ) {}

  /** What has all of some words in its name, in whatever order, accents and capitals; nothing for no words. */
  async find(actor: Actor, typed: string): Promise<Found[]> {
    const words = typed
      .split(/\s+/)
      .filter((word) => word !== '')
      .slice(0, MOST_WORDS);
    if (words.length === 0) return [];
    const asked = words.length === 1 ? encodeURIComponent(typed) : null;
    const found = [
      await this.within(actor, 'councils.picture', (access) => this.councils(access, words, asked)),
      await this.within(actor, 'challenges.read', (access) => this.challenges(access, words)),
      await this.within(actor, 'peers.search', (access) => this.peers(access, words, asked)),
    ];
    return found.flatMap((one) => (one && one.count > 0 ? [one] : []));
  }

  /** The challenges that somebody changed anything of, the last of them first, as far as they may still see them. */
  async recent(actor: Actor): Promise<Found['lines']> {
    const told = await this.db.query<{ id: string }[]>(
      `SELECT id FROM (SELECT substr(subject, 11) AS id, max(at) AS at FROM (
         SELECT subject, at FROM (SELECT subject, at FROM audit_entries WHERE actor = $1 ORDER BY id DESC LIMIT $2) kept
         UNION ALL SELECT subject, at FROM audit_waiting WHERE actor = $1
       ) told WHERE subject LIKE 'challenge:%' GROUP BY 1) last ORDER BY at DESC`,
      [actor.id, LOOKED_BACK],
    );
    const scope = scopeOf(actor.role, 'challenges.read');
    if (!scope || told.length === 0) return [];
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where('c.id = ANY(:ids::uuid[])', { ids: told.map(({ id }) => id) });
    const challenges = await narrow(rows, { actor, scope }, SCOPE_COLUMNS).getMany();
    const kinds = await this.kinds.words();
    const found = told.flatMap(({ id }) => challenges.find((one) => one.id === id) ?? []);
    return found.slice(0, RECENT).map((one) => challengeLine(one, kinds));
  }

  private async within(
    actor: Actor,
    action: Action,
    look: (access: Access) => Promise<Found>,
  ): Promise<Found | null> {
    const scope = scopeOf(actor.role, action);
    return scope ? look({ actor, scope }) : null;
  }

  private async councils(access: Access, words: string[], asked: string | null): Promise<Found> {
    const rows = this.db.manager
      .createQueryBuilder(Council, 'c')
      .where('(c.valid_to IS NULL OR c.valid_to >= :today)', { today: this.db.today() })
      .orderBy('c.name');
    named(rows, words, 'c.name');
    const [councils, count] = await first(narrow(rows, access, { region: 'c.region' }));
    const lines = councils.map(({ id, name, region }) => ({
      ...{ text: name, hint: region ?? '', href: paths.council(id) },
    }));
    return { name: 'Councils', lines, count, all: asked && `${paths.councils}?name=${asked}` };
  }

  private async challenges(access: Access, words: string[]): Promise<Found> {
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .orderBy('c.first_day', 'DESC', 'NULLS FIRST')
      .addOrderBy('c.id');
    const all = await this.kinds.all();
    words.forEach((word, at) => {
      // A word is of the council's name or of the kind's.
      const [name, of] = [`word${String(at)}`, `kinds${String(at)}`];
      const kinds = all.filter((kind) => bare(kind.name).includes(bare(word)));
      rows.andWhere(`(${holds('h.name', name)} OR c.kind = ANY(:${of}))`, {
        [name]: word,
        [of]: kinds.map(({ id }) => id),
      });
    });
    const [challenges, count] = await first(narrow(rows, access, SCOPE_COLUMNS));
    const kinds = await this.kinds.words();
    return {
      name: 'Challenges',
      lines: challenges.map((one) => challengeLine(one, kinds)),
      count,
      all: null,
    };
  }

  private async peers(access: Access, words: string[], asked: string | null): Promise<Found> {
    const rows = this.db.manager
      .createQueryBuilder(Peer, 'p')
      .leftJoinAndSelect('p.council', 'h')
      .orderBy('p.name')
      .addOrderBy('p.id');
    named(rows, words, 'p.name');
    const scoped = narrow(rows, access, { region: 'h.region', peer: 'p.id', party: 'p.party' });
    const [peers, count] = await first(scoped);
    const lines = peers.map(({ id, name, council, organisation }) => ({
      ...{ text: name, hint: council?.name ?? organisation ?? '', href: paths.peer(id) },
    }));
    return { name: 'Peers', lines, count, all: asked && `${paths.peers}?name=${asked}` };
  }
}

/** Without capitals and apostrophes. */
const bare = (text: string): string => text.toLowerCase().replace(/['’]/g, '');

/** Rows whose name holds every word. */
function named<T extends ObjectLiteral>(rows: SelectQueryBuilder<T>, words: string[], column: string): void {
  words.forEach((word, at) => {
    rows.andWhere(holds(column, `word${String(at)}`), { [`word${String(at)}`]: word });
  });
}

const first = <T extends ObjectLiteral>(rows: SelectQueryBuilder<T>): Promise<[T[], number]> =>
  rows.limit(SHOWN).getManyAndCount();

function challengeLine(
  { id, kind, state, firstDay, council }: Challenge,
  words: Words,
): Found['lines'][number] {
  const day = firstDay ? `, on site from ${sayDay(firstDay)}` : '';
  return {
    text: `${words.kind(kind)}, ${council?.name ?? ''}`,
    hint: `${STATE_NAMES[state]}${day}`,
    href: paths.challenge(id),
  };
}
