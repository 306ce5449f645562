import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { lastDay, type CivilDate, type DateRange } from '../calendar/dates.js';
import { windowWarnings, type WindowContext, type WindowWarning } from '../calendar/window-rules.js';
import type { Council } from '../councils/council.entity.js';
import { Clock } from '../database/clock.js';
import { CouncilsService } from '../councils/councils.service.js';
import { PicturesService } from '../councils/pictures.service.js';
import type { Kind } from '../kinds/kind.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { Window } from '../matching/problem/programme.js';
import { badField, badInput, notFound, type FieldError } from '../web/problems.js';
import { Challenge } from './challenge.entity.js';
import type { WindowField } from './challenges.dto.js';
import { inspectionWarnings } from './inspection-warnings.js';

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
    const context = await this.contextOf(challenge);
    const inspected = await this.inspections(challenge.councilId);
    return challenge.windows.map(({ start, days }) => [
      ...windowWarnings(start, days, context),
      ...inspected({ from: start, to: lastDay(start, days) }),
    ]);
  }

  /**
   * What arose against days that were agreed: a rule by which they could not be offered any more, a general election, or an inspection that
   * was recorded since.
   */
  async against(
    challenge: Challenge,
    { firstDay, days, agreedAt }: { firstDay: CivilDate; days: number; agreedAt: Date | null },
  ): Promise<WindowWarning[]> {
    const context = await this.contextOf(challenge);
    const inspected = await this.inspections(challenge.councilId, agreedAt);
    const refused = windowWarnings(firstDay, days, context).filter((one) => one.severity === 'refused');
    // Without the council's own elections, which were known.
    const general = windowWarnings(firstDay, days, { ...context, cycle: null }).filter(
      ({ rule, severity }) => rule === 'pre-election' && severity === 'warning',
    );
    return [...refused, ...general, ...inspected({ from: firstDay, to: lastDay(firstDay, days) })];
  }

  private async contextOf(challenge: Challenge): Promise<WindowContext> {
    const council = challenge.council ?? (await this.councils.get(challenge.councilId));
    const { kind, calendar: rules } = await this.kinds.terms(challenge.kind);
    return { rules, cycle: council.elections, preElectionRefuses: kind.preElectionRefuses };
  }

  private async inspections(
    councilId: string,
    since: Date | null = null,
  ): Promise<(range: DateRange) => WindowWarning[]> {
    const { known, names } = await this.pictures.known(councilId, since);
    return (range) => inspectionWarnings(range, known, names);
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
