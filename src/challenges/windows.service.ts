import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { lastDay } from '../calendar/dates.js';
import { windowWarnings, type WindowWarning } from '../calendar/window-rules.js';
import type { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import type { Kind } from '../kinds/kind.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { Window } from '../matching/problem/programme.js';
import { badField, badInput, notFound, type FieldError } from '../web/problems.js';
import { Challenge } from './challenge.entity.js';
import type { WindowField } from './challenges.dto.js';

/** The windows of challenges, held against the calendar of their council and their kind. */
@Injectable()
export class WindowsService {
  constructor(
    private readonly councils: CouncilsService,
    private readonly kinds: KindsService,
  ) {}

  /** What the calendar says of each window of a challenge. */
  async warnings(challenge: Challenge): Promise<WindowWarning[][]> {
    const council = challenge.council ?? (await this.councils.get(challenge.councilId));
    const { kind, calendar } = await this.kinds.terms(challenge.kind);
    return challenge.windows.map(({ start, days }) =>
      windowWarnings(start, days, {
        rules: calendar,
        cycle: council.elections,
        preElectionRefuses: kind.preElectionRefuses,
      }),
    );
  }

  /** The same for a challenge that is there. */
  async acceptFor(tx: EntityManager, id: string, windows: WindowField[]): Promise<Window[]> {
    const challenge = await tx.findOneBy(Challenge, { id });
    if (!challenge) throw notFound('challenge');
    const council = await this.councils.get(challenge.councilId, tx);
    return this.accept(tx, council, challenge.kind, windows);
  }

  /** Windows as a person gave them, numbered. Throws a 400 that names each refused one with the rule that it meets. */
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
    return windows.map(({ start, days, penalty }, index) => ({
      id: `w${String(index + 1)}`,
      start,
      days,
      penalty: penalty ?? 0,
    }));
  }
}

function tooLongOrShort(pointer: string, days: number, { daysMin, daysMax }: Kind): FieldError {
  return {
    pointer: `${pointer}/days`,
    detail: `found ${String(days)}; allowed for this kind: ${String(daysMin)} to ${String(daysMax)}`,
  };
}
