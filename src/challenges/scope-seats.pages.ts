import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { MOST_DAYS, seatWords } from '../kinds/seats.js';
import { PARTY_RULES, type Seat } from '../matching/problem/programme.js';
import { skillLevels, SKILLS, skillWords } from '../peers/skill-words.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, QueryInt, Text, Texts } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField, notFound } from '../web/problems.js';
import type { Challenge } from './challenge.entity.js';
import { ChallengesService } from './challenges.service.js';
import { ReferenceService } from '../reference/reference.service.js';
import { ShapingService } from './shaping.service.js';

type Answer = Promise<Page | Redirect | Download>;

/** On the whole visit, on some days of it, or from afar. */
const WHEN = ['all', 'part', 'off'] as const;

class SeatForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says('Enter a short name for the seat in small letters, such as finance-officer')
  @Text({ max: 40, pattern: /^[a-z][a-z0-9-]*$/ })
  seat: string;
  @Says('Choose at least one position')
  @Transform(({ value }) => listOf(value))
  @Texts({ max: 40 })
  positions: string[];
  @Says('Choose which party') @Choice(PARTY_RULES) party: Seat['party'];
  @Says('Write skills with levels like: finance 4, governance 3')
  @Text({ optional: true, max: 400, pattern: SKILLS })
  skills?: string;
  @Choice(['yes'], { optional: true }) shadow?: 'yes';
  @Says('Choose for which days') @Choice(WHEN, { optional: true }) when?: (typeof WHEN)[number];
  @Says('Enter days as whole numbers, counted from 1')
  @QueryInt({ min: 1, max: MOST_DAYS, optional: true })
  from?: number;
  @Says('Enter days as whole numbers, counted from 1')
  @QueryInt({ min: 1, max: MOST_DAYS, optional: true })
  to?: number;
  @Transform(({ value }) => listOf(value))
  @Texts({ optional: true, max: 2 })
  halves?: string[];
  @Choice(['save', 'remove']) step: 'save' | 'remove';
}

/** The seats of a challenge, one by one, as part of its scope. */
@Controller('challenges/:id/scope/seats')
export class ScopeSeatPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly shaping: ShapingService,
    private readonly reference: ReferenceService,
  ) {}

  /** One seat, or with "new" another one. */
  @Get(':seat')
  @Allow('challenges.manage', 'challenge')
  async seat(@Param('id') id: string, @Param('seat') name: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const seat = seatNamed(challenge, name);
    const positions = await this.reference.get('positions');
    const skills = await this.reference.get('skills');
    const said = seat && skillWords(seat.skills);
    const input = {
      seat: seat?.id ?? '',
      positions: seat?.positions ?? [],
      party: seat?.party ?? 'any',
      skills: said ?? '',
      shadow: seat?.shadow ? 'yes' : '',
      ...presenceInput(seat),
    };
    const filled =
      again.errors.length > 0 ? { ...again.input, positions: listOf(again.input.positions) } : input;
    const title = seat ? `Change the seat: ${seatWords(seat.id)}` : 'Add a seat';
    const model = { title, challenge, name, isNew: !seat, positions, skills };
    return new Page('challenges/views/seat.njk', { ...model, input: filled, errors: again.errors });
  }

  @Post(':seat')
  @Allow('challenges.manage', 'challenge')
  saveSeat(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Param('seat') name: string,
    @Body() body: unknown,
  ): Answer {
    const work = async ({ version, step, ...form }: SeatForm): Promise<Redirect> => {
      const challenge = await this.challenges.get(id);
      const known = seatNamed(challenge, name);
      const others = challenge.seats.filter((one) => one !== known);
      if (step === 'save' && others.some((one) => one.id === form.seat))
        throw badField('/seat', `there is a seat named ${form.seat} already`);
      const seats = step === 'remove' ? others : withSeat(challenge.seats, known, seatOf(form));
      await this.shaping.edit(actor, id, version, { seats });
      return new Redirect(paths.scope(id));
    };
    return submit(SeatForm, body, work, (again) => this.seat(id, name, again));
  }
}

function seatNamed({ seats }: Challenge, name: string): Seat | null {
  if (name === 'new') return null;
  const seat = seats.find(({ id }) => id === name);
  if (!seat) throw notFound('seat');
  return seat;
}

function seatOf(form: Omit<SeatForm, 'version' | 'step'>): Seat {
  const { seat: id, positions, party, skills, shadow } = form;
  return {
    id,
    positions,
    party,
    skills: skillLevels(skills),
    ...(shadow ? { shadow: true } : {}),
    ...presenceOf(form),
  };
}

/** Throws a 400 where some days are meant, and none or no real ones are named. */
function presenceOf({
  when = 'all',
  from,
  to,
  halves = [],
}: Omit<SeatForm, 'version' | 'step'>): Pick<Seat, 'presence' | 'offSite'> {
  if (when === 'off') return { offSite: true };
  if (when === 'all') return {};
  const first = from ?? 1;
  if (from === undefined && to === undefined && halves.length === 0)
    throw badField('/from', 'Say from which day, or until which');
  if (to !== undefined && to < first)
    throw badField('/to', `found day ${String(to)}; allowed: day ${String(first)} or a later one`);
  if (to === first && halves.length === 2)
    throw badField('/halves', 'One day from midday until midday is no time at all: choose one of the two');
  return {
    presence: {
      from: first,
      to: to ?? null,
      ...(halves.includes('from') ? { fromMidday: true } : {}),
      ...(halves.includes('until') ? { untilMidday: true } : {}),
    },
  };
}

function presenceInput(seat: Seat | null): Record<string, unknown> {
  const { presence, offSite } = seat ?? {};
  return {
    when: offSite ? 'off' : presence ? 'part' : 'all',
    from: presence?.from ?? '',
    to: presence?.to ?? '',
    halves: [...(presence?.fromMidday ? ['from'] : []), ...(presence?.untilMidday ? ['until'] : [])],
  };
}

const withSeat = (seats: Seat[], known: Seat | null, saved: Seat): Seat[] =>
  known ? seats.map((one) => (one === known ? saved : one)) : [...seats, saved];
