import { Check, Column, Entity, PrimaryGeneratedColumn, Unique, VersionColumn } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import type { ElectionCycle, OtherPoll } from '../calendar/elections.js';
import { COUNCIL_TYPES, type CouncilType } from '../matching/problem/programme.js';
import { BODIES, type Body } from '../reference/bodies.js';

export const COUNTRIES = ['England', 'Wales', 'Scotland', 'Northern Ireland'] as const;

export const GOVERNANCES = ['leader', 'mayor', 'committee'] as const;

/** A group that leads from a day on, until the next one does. */
export interface Turn {
  group: string;
  from: CivilDate;
}

/** A host body. A council has a type, and what matching needs; other bodies may lack them. */
@Entity('councils')
@Unique(['code'])
@Check('councils_body', `body IN (${BODIES.map((body) => `'${body}'`).join(', ')})`)
@Check('councils_type', `type IN (${COUNCIL_TYPES.map((type) => `'${type}'`).join(', ')})`)
@Check('councils_governance', `governance IN (${GOVERNANCES.map((one) => `'${one}'`).join(', ')})`)
@Check('councils_country', `country IN (${COUNTRIES.map((name) => `'${name}'`).join(', ')})`)
@Check(
  'councils_whole',
  `body <> 'council' OR (type IS NOT NULL AND region IS NOT NULL AND population IS NOT NULL AND latitude IS NOT NULL AND longitude IS NOT NULL AND rurality IS NOT NULL)`,
)
export class Council {
  /** Ours, and stable; codes change with reorganisation. */
  @PrimaryGeneratedColumn('uuid') id: string;
  /** The ONS code where the body has one. */
  @Column('text') code: string;
  @Column('text') name: string;
  @Column('text') body: Body;
  @Column('text', { nullable: true }) type: CouncilType | null;
  @Column('text', { nullable: true }) region: string | null;
  @Column('text', { default: 'England' }) country: (typeof COUNTRIES)[number];
  /** What it belongs to besides the bodies that it is part of, by the ids of policy. */
  @Column('text', { array: true, default: () => `'{}'` }) groupings: string[];
  /** Whether it is to have a challenge every so many years. */
  @Column('boolean', { default: true }) inCycle: boolean;
  /** The code of the county council of a district. */
  @Column('text', { nullable: true }) county: string | null;
  /** The party with a majority, or "no overall control"; null where not known. */
  @Column('text', { nullable: true }) control: string | null;
  /** The group that runs the council; null where none is known. */
  @Column('text', { nullable: true }) leadingGroup: string | null;
  @Column('date', { nullable: true }) controlAsOf: string | null;
  /** Groups that lead it together with that one. */
  @Column('text', { array: true, default: () => `'{}'` }) coalition: string[];
  /** How it is governed: by a leader and cabinet, a directly elected mayor, or committees; null where not known. */
  @Column('text', { nullable: true }) governance: (typeof GOVERNANCES)[number] | null;
  /** Where the leadership passes from group to group: who leads from which day on. */
  @Column('jsonb', { default: () => `'[]'` }) rotation: Turn[];
  /** To the nearest thousand. */
  @Column('integer', { nullable: true }) population: number | null;
  @Column('double precision', { nullable: true }) latitude: number | null;
  @Column('double precision', { nullable: true }) longitude: number | null;
  /** 0 to 5 by the share of people in rural areas: under 5, 15, 30, 50, 70 per cent, more. */
  @Column('smallint', { nullable: true }) rurality: number | null;
  @Column('text', { nullable: true }) electionPattern: ElectionCycle['pattern'];
  @Column('smallint', { nullable: true }) electionBaseYear: number | null;
  @Column('smallint', { nullable: true }) electionNextYear: number | null;
  /** By-elections, and polls held anew or at another time. */
  @Column('jsonb', { default: () => `'[]'` }) otherPolls: OtherPoll[];
  @Column('date', { nullable: true }) validFrom: string | null;
  @Column('date', { nullable: true }) validTo: string | null;
  @VersionColumn() version: number;

  /** The groups whose members sit in a leading seat on a day; none where none is known. */
  leadOn(day: CivilDate): string[] {
    const turn = this.rotation
      .filter(({ from }) => from <= day)
      .sort((a, b) => (a.from < b.from ? 1 : -1))[0];
    const first = turn?.group ?? this.leadingGroup;
    return first === null ? [] : [first, ...this.coalition.filter((group) => group !== first)];
  }

  /** How it elects, as far as it is known. */
  get elections(): ElectionCycle {
    return {
      pattern: this.electionPattern,
      baseYear: this.electionBaseYear,
      nextYear: this.electionNextYear,
      polls: this.otherPolls,
    };
  }
}
