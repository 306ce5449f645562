import { Transform } from 'class-transformer';
import { addMonths, datesOf, type CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import type { PeerConflict } from '../peers/peer.entity.js';
import type { DeclaredLink } from './invitation.entity.js';
import { Choice, Text, Texts } from '../web/fields.js';
import { listOf, Says } from '../web/forms.js';
import { badField } from '../web/problems.js';

/** Links with a council by which a peer may not serve; an earlier review of it, or something else, is told and bars nobody. */
export const LINK_TYPES = {
  employment: 'I work there, or did in the last five years',
  contract: 'I have a contract or other business with it',
  candidacy: 'I stand, or stood, for election there',
  family: 'Family or a close friend works or serves there',
  review: 'I have reviewed it before',
  other: 'Something else',
} as const;
type LinkType = keyof typeof LINK_TYPES;

/** Told to the adviser with a yes; every other link bars. */
const TOLD: readonly LinkType[] = ['review', 'other'];

/** What a peer says to an invitation. Nothing is chosen beforehand. */
export class AnswerForm {
  @Says('Choose whether you have any link with this council') @Choice(['no', 'yes']) link: 'no' | 'yes';
  @Says('Choose what the link is') @Choice(Object.keys(LINK_TYPES), { optional: true }) linkType?: LinkType;
  @Says('Choose whether you can do all the days') @Choice(['yes', 'no', 'some']) days: 'yes' | 'no' | 'some';
  @Says('Choose days of the visit')
  @Transform(({ value }) => listOf(value))
  @Texts({ optional: true, max: 10 })
  some?: string[];
  @Text({ optional: true, max: 1000 }) reason?: string;
  @Text({ optional: true, max: 1000 }) otherDates?: string;
  @Choice(['check', 'change', 'send']) step: 'check' | 'change' | 'send';
}

/** What is told, by a form or by telephone. */
export type Told = Pick<AnswerForm, 'link' | 'linkType' | 'days' | 'some' | 'reason' | 'otherDates'>;

/** An answer made out: a yes, or a no with what goes with it. */
export interface MadeOut {
  yes: boolean;
  /** Told to the adviser. */
  reason: string | null;
  otherDates: string | null;
  conflict: Omit<PeerConflict, 'councilId'> | null;
  /** A link that bars nobody, for the adviser to look at. */
  declared: DeclaredLink | null;
}

const FIVE_YEARS = 60;

const SAID: Record<string, string> = {
  review: 'has reviewed the council before',
  other: 'something else between them and the council',
};

/** "has reviewed the council before" */
export const linkWords = ({ type }: Pick<DeclaredLink, 'type'>): string => SAID[type] ?? type;

/** What a form means. Throws a 400 where a link or days are said to be and not named. */
export function makeOut(
  form: Told,
  visit: { firstDay: CivilDate; lastDay: CivilDate },
  today: CivilDate,
): MadeOut {
  if (form.link === 'yes' && !form.linkType) throw badField('/linkType', 'Choose what the link is');
  const all = datesOf({ from: visit.firstDay, to: visit.lastDay });
  const some = (form.some ?? []).filter((day) => all.includes(day));
  if (form.days === 'some' && some.length === 0) throw badField('/some', 'Choose the days that you can do');
  if (form.days === 'some' && some.length === all.length)
    throw badField(
      '/days',
      'You ticked every day: choose “Yes, all of them”, or untick the days that you cannot do',
    );
  const link = form.link === 'yes' ? form.linkType : undefined;
  const told = link !== undefined && TOLD.includes(link) ? link : undefined;
  const barring = told === undefined ? link : undefined;
  if (told === 'other' && !form.reason) throw badField('/reason', 'Say what the link is');
  const said = [
    ...(barring ? [LINK_TYPES[barring]] : []),
    ...(told ? [SAID[told]] : []),
    ...(form.days === 'some' ? [`can do only ${some.map(sayDay).join(', ')}`] : []),
    ...(form.reason ? [form.reason] : []),
  ];
  return {
    yes: form.days === 'yes' && !barring,
    reason: said.join('; ') || null,
    otherDates: form.otherDates ?? null,
    conflict: barring
      ? {
          type: barring === 'family' ? ('family or friendship' as const) : (barring as PeerConflict['type']),
          until: barring === 'employment' ? addMonths(today, FIVE_YEARS) : null,
        }
      : null,
    declared: told ? { type: told, words: form.reason ?? '', decision: null, reason: null } : null,
  };
}
