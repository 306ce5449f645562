import { amount } from '../english/words.js';
import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { londonDate } from '../calendar/dates.js';
import { programmeYear, programmeYearName } from '../calendar/programme-year.js';
import { ADDRESS, askService, TOKEN, type Asker } from './ask-service.js';
import type { PlanRequestView, PlanView } from '../programme/plan/plans.dto.js';

const LOOK_MS = 500;
const MOST_LINES = 8;

interface Flags extends Asker {
  year: number;
  timeLimit: string;
}

/** `plan-year`: asks a running service for the plan of a year, follows it, and says what it found. */
export function addPlanYearCommand(program: Command): void {
  program
    .command('plan-year')
    .description('plan a programme year with a running service, and say what was found')
    .option(
      '--year <year>',
      'the programme year by its first calendar year',
      readYear,
      programmeYear(londonDate(new Date())) + 1,
    )
    .option(...ADDRESS)
    .option(...TOKEN)
    .option('--time-limit <seconds>', 'end after so many seconds', '60')
    .action(async (flags: Flags) => {
      const ask = (method: string, path: string, body?: object): Promise<PlanRequestView> =>
        askService(flags, method, path, body ? { body } : {});
      let request = await ask('POST', `programmes/${String(flags.year)}/plan-requests`, {
        timeLimit: Number(flags.timeLimit),
      });
      let told = '';
      while (!request.plan && ['queued', 'running'].includes(request.state)) {
        const news =
          request.score === null
            ? request.phase
            : `${request.phase}: score ${String(request.score)}, no plan above ${String(request.bound ?? 'any bound yet')}`;
        if (news !== told) console.error(news);
        told = news;
        await pause(LOOK_MS);
        request = await ask('GET', `plan-requests/${request.id}`);
      }
      if (!request.plan) throw new Error(`The request is ${request.state}: ${request.phase}.`);
      console.log(inWords(request, request.plan));
    });
}

function inWords({ year, id }: PlanRequestView, plan: PlanView): string {
  const placed = plan.assignments.filter(({ windowId }) => windowId !== null);
  const seats = plan.assignments.flatMap((assignment) => assignment.seats);
  const filled = seats.filter(({ peerId }) => peerId !== null);
  const people = new Set(filled.map(({ peerId }) => peerId)).size;
  const behind = plan.bound - plan.score + plan.disruption;
  return [
    `The plan of ${programmeYearName(year)} (request ${id}):`,
    `${String(placed.length)} of ${String(plan.assignments.length)} challenges have dates; ${String(filled.length)} of ${String(seats.length)} seats are filled, by ${amount(people, 'peer')}.`,
    behind === 0
      ? 'No plan is better.'
      : `No plan can be better by more than ${amount(behind, 'point')} in ${String(plan.bound)} (${(plan.gap * 100).toFixed(2)}%).`,
    ...some(
      placed.map(
        ({ council, firstDay, lastDay, seats: team }) =>
          `${String(firstDay)} to ${String(lastDay)}  ${council}: ${team.map(({ peer }) => peer ?? 'nobody').join(', ')}`,
      ),
    ),
    ...some(
      plan.blocked.map(({ council, seat, relaxations, accredit, competesWith }) => {
        const help = relaxations[0] ? ` It could be filled with: ${relaxations[0].change}.` : '';
        const accredited = accredit
          ? ` ${amount(accredit.peers, 'peer is', 'peers are')} kept from it by their accreditation only.`
          : '';
        const rival = competesWith[0] ? ` Those who could come are at ${competesWith[0].council}.` : '';
        return `Nobody for ${seat} at ${council}.${help || accredited || rival}`;
      }),
    ),
    ...some(
      plan.recruit.map(
        ({ positions, party, gain, region, month }) =>
          `One more ${positions.join(' or ')}${party === null ? '' : ` (${party})`} would be worth about ${String(gain)} points: ${region}, ${month}.`,
      ),
    ),
    `To make these teams proposals: POST /api/plan-requests/${id}/accept.`,
  ].join('\n');
}

function some(lines: string[]): string[] {
  return lines.length > MOST_LINES
    ? [...lines.slice(0, MOST_LINES), `… and ${String(lines.length - MOST_LINES)} more.`]
    : lines;
}

function readYear(text: string): number {
  if (!/^2[01]\d\d$/.test(text))
    throw new InvalidArgumentError(
      `Found "${text}"; allowed: a programme year by its first calendar year, 2000 to 2199.`,
    );
  return Number(text);
}
