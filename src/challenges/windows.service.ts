import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { lastDay, type CivilDate } from '../calendar/dates.js';
import { windowWarnings, type WindowWarning } from '../calendar/window-rules.js';
import type { Council } from '../councils/council.entity.js';
import { Clock } from '../database/clock.js';
import { CouncilsService } from '../councils/councils.service.js';
import { PicturesService } from '../councils/pictures.service.js';
import type { Kind } from '../kinds/kind.js';
import { KindsService, type Terms } from '../kinds/kinds.service.js';
import type { Window } from '../matching/problem/programme.js';
import { badField, badInput, notFound, type FieldError } from '../web/problems.js';
import { Challenge } from './challenge.entity.js';
import type { WindowField } from './challenges.dto.js';
import { inspectionWarning } from './inspection-warnings.js';

/** A visit whose days were agreed. */
export interface AgreedVisit {
  challenge: Challenge;
  firstDay: CivilDate;
  days: number;
  agreedAt: Date | null;
}

/** What is said of some days: by the whole calendar, by general elections alone, by inspections of the host. */
interface Judged {
  calendar: WindowWarning[];
  general: WindowWarning[];
  inspections: { warning: WindowWarning; recordedAt: Date }[];
}

/** The windows of challenges, held against the calendar of their council and their kind. */
@Injectable()
export class WindowsService {
  constructor(
    private readonly councils: CouncilsService,
    private readonly kinds: KindsService,
    private readonly time: Clock,
    private readonly pictures: PicturesService,
  ) {}

  /** What the calendar, and inspections of its council, say of each window of a challenge. */
  async warnings(challenge: Challenge): Promise<WindowWarning[][]> {
    const judge = await this.judge([challenge]);
    return challenge.windows.map(({ start, days }) => {
      const { calendar, inspections } = judge(challenge, start, days);
      return [...calendar, ...inspections.map(({ warning }) => warning)];
    });
  }

  /**
   * What arose against days that were agreed, in the order of the visits: a rule by which they could not be offered any more, a general
   * election, or an inspection that was recorded since.
   */
  async against(visits: readonly AgreedVisit[]): Promise<WindowWarning[][]> {
    const judge = await this.judge(visits.map(({ challenge }) => challenge));
    return visits.map(({ challenge, firstDay, days, agreedAt }) => {
      const { calendar, general, inspections } = judge(challenge, firstDay, days);
      const since = inspections.filter(({ recordedAt }) => agreedAt === null || recordedAt > agreedAt);
      return [
        ...calendar.filter(({ severity }) => severity === 'refused'),
        // The council's own elections were known.
        ...general.filter(({ rule, severity }) => rule === 'pre-election' && severity === 'warning'),
        ...since.map(({ warning }) => warning),
      ];
    });
  }

  /** All that judging days of some challenges takes, read once. */
  private async judge(
    challenges: readonly Challenge[],
  ): Promise<(challenge: Challenge, start: CivilDate, days: number) => Judged> {
    const councils = await this.councils.byId(challenges.map(({ councilId }) => councilId));
    const kinds = new Set(challenges.map(({ kind }) => kind));
    const terms = new Map<string, Terms>();
    for (const kind of kinds) terms.set(kind, await this.kinds.terms(kind));
    const { known, names } = await this.pictures.inspectionsOf([...councils.keys()]);
    return ({ kind: kindId, councilId }, start, days) => {
      const asked = terms.get(kindId);
      if (!asked) throw notFound('kind');
      const { kind, calendar: rules } = asked;
      const context = { rules, cycle: null, preElectionRefuses: kind.preElectionRefuses };
      const cycle = councils.get(councilId)?.elections ?? null;
      const range = { from: start, to: lastDay(start, days) };
      return {
        calendar: windowWarnings(start, days, { ...context, cycle }),
        general: windowWarnings(start, days, context),
        inspections: known
          .filter((one) => one.councilId === councilId)
          .flatMap((one) => {
            const warning = inspectionWarning(range, one, names);
            return warning ? [{ warning, recordedAt: one.createdAt }] : [];
          }),
      };
    };
  }

  /** The same for a challenge that is there. */
  async acceptFor(tx: EntityManager, id: string, windows: WindowField[]): Promise<Window[]> {
    const challenge = await tx.findOneBy(Challenge, { id });
    if (!challenge) throw notFound('challenge');
    const council = await this.councils.get(challenge.councilId, tx);
    return this.accept(tx, council, challenge.kind, windows);
  }

  /** Windows as a person gave them, each with a name. Throws a 400 that names each refused one with the rule that it meets. */
  async accept(
    tx: EntityManager,
    council: Council,
    kindId: string,
    windows: WindowField[],
  ): Promise<Window[]> {
    const { kind, calendar: rules } = await this.kinds.terms(kindId, tx);
    const context = { rules, cycle: council.elections, preElectionRefuses: kind.preElectionRefuses };
    const faults = windows.flatMap(({ start, days }, index): FieldError[] => {
      const pointer = `/windows/${String(index)}`;
      if (days < kind.daysMin || days > kind.daysMax) return [tooLongOrShort(pointer, days, kind)];
      if (start <= this.time.today()) return [past(pointer, start)];
      return windowWarnings(start, days, context)
        .filter(({ severity }) => severity === 'refused')
        .map(({ message }) => ({
          pointer: `${pointer}/start`,
          detail: `${start} to ${lastDay(start, days)} cannot be used: ${message}`,
        }));
    });
    if (faults.length > 0) throw badInput('A window cannot be used; offer other days.', faults);
    if (new Set(windows.map(({ start, days }) => `${start} ${String(days)}`)).size < windows.length)
      throw badField('/windows', 'two windows are the same');
    // Named by its days: a team that was proposed for a window never comes to mean another one.
    return windows.map(({ start, days, penalty }) => ({
      id: `${start}x${String(days)}`,
      start,
      days,
      penalty: penalty ?? 0,
    }));
  }
}

const past = (pointer: string, start: string): FieldError => ({
  pointer: `${pointer}/start`,
  detail: `${start} is not to come any more; offer a later day, or import a visit that took place`,
});

function tooLongOrShort(pointer: string, days: number, { daysMin, daysMax }: Kind): FieldError {
  return {
    pointer: `${pointer}/days`,
    detail: `found ${String(days)}; allowed for this kind: ${String(daysMin)} to ${String(daysMax)}`,
  };
}
