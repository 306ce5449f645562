import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { lastDay, type CivilDate } from '../calendar/dates.js';
import {
  windowWarnings,
  type Life,
  type WindowContext,
  type WindowWarning,
} from '../calendar/window-rules.js';
import type { Council } from '../councils/council.entity.js';
import { Clock } from '../database/clock.js';
import { CouncilsService } from '../councils/councils.service.js';
import { InspectionsService } from '../councils/inspections/inspections.service.js';
import type { Kind } from '../kinds/kind.js';
import { KindsService, type Terms } from '../kinds/kinds.service.js';
import type { Window } from '../matching/problem/programme.js';
import { badField, badInput, type FieldError } from '../web/problems.js';
import { Challenge } from './challenge.entity.js';
import type { WindowField } from './challenges.dto.js';
import { asWaived, isWaivable, nameOfDays, waiversOf, type DayWaiver } from './day-waivers.js';
import { partnersOf } from './hosts.js';
import { inspectionWarning } from './inspection-warnings.js';

/** Days on site of a challenge, offered or agreed. */
export interface VisitDays {
  challenge: Challenge;
  start: CivilDate;
  days: number;
}

/** The windows of challenges, held against the calendar of their council and their kind. */
@Injectable()
export class WindowsService {
  constructor(
    private readonly councils: CouncilsService,
    private readonly kinds: KindsService,
    private readonly time: Clock,
    private readonly inspections: InspectionsService,
  ) {}

  /** What the calendar, and inspections of its council, say of each window of a challenge. */
  warnings(challenge: Challenge): Promise<WindowWarning[][]> {
    return this.against(challenge.windows.map(({ start, days }) => ({ challenge, start, days })));
  }

  /** The same of days of several challenges, in their order; what judging them takes is read once. */
  async against(visits: readonly VisitDays[], tx?: EntityManager): Promise<WindowWarning[][]> {
    const councilIds = visits.flatMap(({ challenge }) => [challenge.councilId, ...challenge.partnerIds]);
    const councils = await this.councils.byId(councilIds, tx);
    const terms = new Map<string, Terms>();
    for (const kind of new Set(visits.map(({ challenge }) => challenge.kind)))
      terms.set(kind, await this.kinds.terms(kind, tx));
    const lives = new Map<string, Life>();
    for (const [id, council] of councils) lives.set(id, await this.councils.lifeOf(council, tx));
    const { known, names } = await this.inspections.inspectionsOf([...councils.keys()], tx);
    return visits.map(({ challenge: { kind, councilId, partnerIds, dayWaivers }, start, days }) => {
      const asked = terms.get(kind);
      const range = { from: start, to: lastDay(start, days) };
      const hosts = [councilId, ...partnerIds].flatMap((id) => councils.get(id) ?? []);
      const inspections = known.filter((one) => hosts.some(({ id }) => id === one.councilId));
      return [
        ...(asked
          ? warningsOf(
              hosts,
              { start, days },
              (host) => contextOf(host, asked, lives.get(host.id)),
              dayWaivers,
            )
          : []),
        ...inspections.flatMap((one) => inspectionWarning(range, one, names) ?? []),
      ];
    });
  }

  /** The same for a challenge that is there. */
  async acceptFor(tx: EntityManager, challenge: Challenge, windows: WindowField[]): Promise<Window[]> {
    const council = await this.councils.get(challenge.councilId, tx);
    const partners = await partnersOf(tx, challenge);
    return this.accept(tx, [council, ...partners], challenge.kind, windows, challenge.dayWaivers);
  }

  /** Windows as a person gave them, each with a name. Throws a 400 that names each refused one with the rule that it meets. */
  async accept(
    tx: EntityManager,
    hosts: readonly Council[],
    kindId: string,
    windows: WindowField[],
    known: readonly DayWaiver[] = [],
  ): Promise<Window[]> {
    const terms = await this.kinds.terms(kindId, tx);
    const { kind } = terms;
    const lives = new Map<string, Life>();
    for (const host of hosts) lives.set(host.id, await this.councils.lifeOf(host, tx));
    const waivers = waiversOf(
      known,
      windows,
      hosts.map(({ id }) => id),
    );
    const faults = windows.flatMap((window, index): FieldError[] => {
      const { start, days } = window;
      const pointer = `/windows/${String(index)}`;
      if (days < kind.daysMin || days > kind.daysMax) return [tooLongOrShort(pointer, days, kind)];
      if (start <= this.time.today()) return [past(pointer, start)];
      const said = (given: readonly DayWaiver[]): WindowWarning[] =>
        warningsOf(hosts, { start, days }, (host) => contextOf(host, terms, lives.get(host.id)), given);
      return faultsOf(pointer, window, said(waivers), said([]));
    });
    if (faults.length > 0) throw badInput('A window cannot be used; offer other days.', faults);
    if (new Set(windows.map(({ start, days }) => `${start} ${String(days)}`)).size < windows.length)
      throw badField('/windows', 'two windows are the same');
    // Named by its days: a team that was proposed for a window never comes to mean another one.
    return windows.map(({ start, days, penalty }) => ({
      id: nameOfDays({ start, days }),
      start,
      days,
      penalty: penalty ?? 0,
    }));
  }
}

/** What is wrong with a window: days that are refused, or a waiver that nothing on them needs. `bare`: what is said without any waiver. */
function faultsOf(
  pointer: string,
  { start, days, waivedBy }: WindowField,
  said: readonly WindowWarning[],
  bare: readonly WindowWarning[],
): FieldError[] {
  const refused = said.filter(({ severity }) => severity === 'refused');
  if (refused.length === 0 && waivedBy?.trim() && !bare.some(isWaivable))
    return [
      {
        pointer: `${pointer}/waivedBy`,
        detail: 'nothing on these days is to be let stand; allowed: nothing',
      },
    ];
  return refused.map(({ message }) => ({
    pointer: `${pointer}/start`,
    detail: `${start} to ${lastDay(start, days)} cannot be used: ${message}`,
  }));
}

/** What the calendars of all hosts say of some days; of the others than the first, whose days they are. What was waived refuses nothing. */
function warningsOf(
  hosts: readonly Council[],
  window: { start: CivilDate; days: number },
  contextAt: (host: Council) => WindowContext,
  waivers: readonly DayWaiver[],
): WindowWarning[] {
  const [first = [], ...others] = hosts.map((host) => {
    const said = windowWarnings(window.start, window.days, contextAt(host));
    return asWaived(said, { days: nameOfDays(window), host: host.id }, waivers).map((warning) => ({
      ...warning,
      of: host.name,
    }));
  });
  const known = new Set(first.map(({ message }) => message));
  const more = others.flat().filter(({ message }) => !known.has(message));
  return [
    ...first.map(({ of: _, ...warning }) => warning),
    ...more.map(({ of, ...warning }) => ({ ...warning, message: `${of}: ${warning.message}` })),
  ];
}

export const contextOf = (
  council: Council | undefined,
  { kind, calendar: rules }: Pick<Terms, 'kind' | 'calendar'>,
  life: Life = {},
): WindowContext => ({
  life,
  rules,
  cycle: council?.elections ?? null,
  preElectionRefuses: kind.preElectionRefuses,
});

const past = (pointer: string, start: string): FieldError => ({
  pointer: `${pointer}/start`,
  detail: `${start} has gone by; offer a later day`,
});

function tooLongOrShort(pointer: string, days: number, { daysMin, daysMax }: Kind): FieldError {
  return {
    pointer: `${pointer}/days`,
    detail: `found ${String(days)}; allowed for this kind: ${daysMin === daysMax ? String(daysMin) : `${String(daysMin)} to ${String(daysMax)}`}`,
  };
}
