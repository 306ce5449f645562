import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import { upperFirst, withArticle, withinSentence } from '../english/words.js';
import { sayDay, sayDays } from '../calendar/phrases.js';

/** What every message about a challenge tells. */
interface AboutChallenge {
  council: string;
  kind: string;
  page: string;
}

interface Dated {
  firstDay: string;
  lastDay: string;
}

/** A peer's own days of a visit; `part` says what is asked where it is not the whole, and off site no day is held. */
interface Asked extends Dated {
  council: string;
  part: string;
  offSite: boolean;
}

/** Every message by its template, with what it needs. */
export interface Templates {
  'sign-in-code': { code: string; minutes: number };
  'challenge-booked': AboutChallenge & { windows: Dated[]; unconfirmed: number };
  'new-sign-in': { browser: string; at: string; page: string };
  'audit-broken': { fault: string };
  'reset-asked': { by: string; whose: string; page: string };
  'token-made': { name: string; role: string; until: string };
  'account-changed': { what: string; page: string };
  'change-not-taken': { reason: string; from: string; fault: string; page: string };
  'account-made': { role: string; page: string };
  'deputy-named': { whose: string; region: string | null; from: string; to: string | null; page: string };
  'partner-joined': AboutChallenge & { windows: Dated[] };
  'challenge-scoped': AboutChallenge & { windows: Dated[] };
  'teams-ready': AboutChallenge & { teams: number; repair: boolean };
  'team-for-approval': AboutChallenge &
    Dated & { until: string; again: boolean; changed: string[]; moved: boolean; daysBefore: Dated | null };
  'approval-recorded': AboutChallenge & Dated;
  'team-set-aside': AboutChallenge;
  'team-incomplete': AboutChallenge & Dated & { seat: string };
  'team-short': Omit<AboutChallenge, 'page'> & Dated & { seat: string; offSite: boolean };
  'chain-found': AboutChallenge & { others: number };
  'chain-asked': AboutChallenge & Dated & { changed: string; until: string };
  'chain-ended': AboutChallenge & { end: 'done' | 'refused' | 'late' | 'changed'; changed: string };
  'contact-welcome': AboutChallenge & { isApprover: boolean };
  'approval-reminder': AboutChallenge & { until: string };
  'team-approved': AboutChallenge & { silence: boolean };
  'objection-made': AboutChallenge & { seat: string; by: string };
  'objection-answered': AboutChallenge & { upheld: boolean; answer: string; until: string | null };
  sounding: {
    council: string;
    kind: string;
    seat: string;
    offSite: boolean;
    windows: Dated[];
    until: string;
  };
  'sounding-answered': AboutChallenge & { peer: string; answer: string };
  invitation: Asked & {
    how: string | null;
    kind: string;
    isStay: boolean;
    seat: string;
    until: string;
    /** Whether the team meets on the evening before. */
    meets: boolean;
    /** The days to which they said yes before; null where they did not. */
    yesBefore: Dated | null;
  };
  'invitation-reminder': Asked & { until: string };
  /** `takenOut`: a file that takes the days out of their calendar goes with it. */
  'answer-received': Asked & { yes: boolean; until: string; linkTold: boolean; takenOut: boolean };
  'link-declared': AboutChallenge & { peer: string; seat: string; told: string; words: string };
  'invitation-refused': AboutChallenge & {
    seat: string;
    peer: string;
    expired: boolean;
    reason: string;
    otherDates: string;
  };
  'invitation-withdrawn': Dated & {
    council: string;
    kind: string;
    offSite: boolean;
    saidYes: boolean;
    why: 'replaced' | 'elsewhere' | 'released' | 'moved' | 'scope' | 'postponed' | 'cancelled' | 'stood_down';
    reason: string;
    newDays: Dated | null;
    asked: boolean;
    windows: Dated[];
    takenOut: boolean;
  };
  evening: { council: string; kind: string; evening: string; cancelled: boolean };
  'confirmed-peer': Asked & {
    kind: string;
    how: string | null;
    /** Whether the team meets on the evening before. */
    meets: boolean;
    review: string | null;
    page: string;
    /** Whether they were told of a whole team before, of which somebody else has left since. */
    again: boolean;
  };
  confirmed: AboutChallenge & Dated;
  'links-waiting': AboutChallenge & { links: number };
  'challenge-left': AboutChallenge & {
    state: string;
    reason: string;
    windows: Dated[];
    /** How many peers were asked or booked. */
    freed: number;
  };
  'erasure-asked': { page: string; until: string };
  'step-reminder': AboutChallenge & {
    step: string;
    due: string;
    late: boolean;
    /** A council records what it owes, and staff move its day. */
    byCouncil: boolean;
    /** It is done by answering another message. */
    answered: boolean;
  };
  'draft-report': AboutChallenge & { address: string; until: string };
  'draft-answered': AboutChallenge & { accurate: boolean };
  published: { council: string; kind: string; what: string; address: string };
  'recommendations-sent': AboutChallenge & { count: number };
  timetable: AboutChallenge & Dated & { again: boolean };
  feedback: { council: string; kind: string; impact: boolean; until: string };
  'application-taken': { nominatedBy: string | null; page: string };
  'application-ended': { declined: boolean };
  'peer-accredited': { page: string };
  'calendar-unread': { times: number; page: string };
  'days-met': AboutChallenge & Dated & { what: string };
  'peer-changed': AboutChallenge & { peer: string; seat: string; what: string; serves: boolean };
}

export type TemplateName = keyof Templates;

/** Stands in a text where the link is to be put when the message goes out. */
export const LINK_PLACE = '[[link]]';

const environment = new nunjucks.Environment(
  new nunjucks.FileSystemLoader(fileURLToPath(new URL('./templates', import.meta.url))),
  {
    autoescape: false, // plain text
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  },
);
environment.addFilter('day', sayDay);
environment.addFilter('a', withArticle);
environment.addFilter('upperFirst', upperFirst);
environment.addFilter('within', withinSentence);
environment.addFilter('days', ({ firstDay, lastDay }: Dated) => sayDays(firstDay, lastDay));

/** A message in plain text; its template's first line is the subject. */
export function say<Name extends TemplateName>(
  name: Name,
  data: Templates[Name],
): { subject: string; body: string } {
  const [first = '', ...rest] = environment
    .render(`${name}.txt.njk`, { ...safe(data), link: LINK_PLACE })
    .split('\n');
  // Whoever has several challenges sees first which one it is.
  const of = 'council' in data ? `${data.council} – ` : '';
  return { subject: oneLine(of + first.replace(/^Subject: /, '')), body: rest.join('\n').trim() + '\n' };
}

/** What people typed can neither break a header nor stand in for the link. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();

function safe<T extends object>(data: T): T {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.replaceAll(LINK_PLACE, '') : (value as unknown),
    ]),
  ) as T;
}
