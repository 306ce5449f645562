import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatLabel } from '../kinds/seats.js';
import { LinkDoor } from '../messages/link-door.js';
import { Allow, Granted, Public, type Access, type Actor } from '../people/access.js';
import { TimetableService } from '../visits/timetable.service.js';
import { Choice, Free, Text } from '../web/fields.js';
import { FRESH, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import type { Feedback } from './feedback.entity.js';
import { FEEDBACK_FORMS, LEAST_ANSWERS, SCORE_NAMES, SCORES } from './feedback-forms.js';
import { FeedbackService } from './feedback.service.js';

type Answer = Promise<Page | Redirect | Download>;

class ScoresForm {
  @Free({ optional: true }) scores?: Record<string, string>;
  @Text({ optional: true, max: 2000 }) comment?: string;
  @Choice(['send']) step: 'send';
}

const FORM_NAMES = {
  council: 'The council on the challenge',
  peer: 'The peers on their part in it',
  impact: 'The council on what it changed',
} as const;
const TITLES = {
  council: 'How was the challenge?',
  impact: 'What has the challenge changed?',
  peer: 'How was your part in it?',
  manager: '',
} as const;
const ITEMS = SCORES.map((score) => ({
  value: String(score),
  text: `${String(score)}, ${(SCORE_NAMES[score] ?? '').toLowerCase()}`,
}));

/** Short forms: answered from a link with no account; what came in, and what the manager says of each peer, for staff. */
@Controller()
export class FeedbackPages {
  constructor(
    private readonly feedback: FeedbackService,
    private readonly challenges: ChallengesService,
    private readonly timetable: TimetableService,
    private readonly door: LinkDoor,
  ) {}

  @Get('f/:token')
  @Public()
  async form(@Req() request: Request, @Param('token') token: string, again: Again = FRESH): Promise<Page> {
    const asked = await this.feedback.open(await this.door.open(request, 'feedback', token));
    const challenge = await this.challenges.get(asked.challengeId);
    const questions = Object.entries(FEEDBACK_FORMS[asked.form]).map(([key, text]) => ({ key, text }));
    const model = {
      challenge,
      kind: (await this.challenges.kindOf(challenge)).name,
      questions,
      items: ITEMS,
      base: paths.feedbackLink(token),
    };
    return new Page('outcomes/views/feedback-form.njk', { title: TITLES[asked.form], ...model, ...again });
  }

  @Post('f/:token')
  @Public()
  async answer(@Req() request: Request, @Param('token') token: string, @Body() body: unknown): Answer {
    const asked = await this.feedback.open(await this.door.open(request, 'feedback', token));
    const work = async ({ scores = {}, comment }: ScoresForm): Promise<Page> => {
      await this.feedback.answer(actorOf(asked), asked.id, numbersOf(scores), comment ?? null);
      const paragraphs = [
        'Your answer is sent. It helps the next challenge to be better.',
        'There is nothing more to do; the link opens nothing any more.',
      ];
      return new Page('web/views/message.njk', { title: 'Thank you', paragraphs });
    };
    return submit(ScoresForm, body, work, (again) => this.form(request, token, again));
  }

  @Get('challenges/:id/feedback')
  @Allow('feedback.read', 'challenge')
  async show(@Granted() _: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const said = await this.feedback.ratings(id);
    const typed = again.input.scores as Record<string, string> | undefined;
    const team = (await this.timetable.team(id)).map(({ peerId, peer, seat }) => ({
      peerId,
      name: peer?.name ?? '',
      seat: seatLabel(seat),
      value: typed?.[peerId] ?? said.get(peerId)?.toString() ?? null,
    }));
    const summary = (await this.feedback.summary(id)).map((one) => ({
      ...one,
      name: FORM_NAMES[one.form as keyof typeof FORM_NAMES],
    }));
    const model = { challenge, team, summary, items: ITEMS, least: LEAST_ANSWERS };
    return new Page('outcomes/views/feedback.njk', { title: 'Feedback', ...model, ...again });
  }

  @Post('challenges/:id/feedback')
  @Allow('challenges.manage', 'challenge')
  rate(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ scores = {} }: ScoresForm): Promise<Redirect> => {
      await this.feedback.rate(access.actor, id, numbersOf(scores));
      return new Redirect(paths.feedback(id));
    };
    return submit(ScoresForm, body, work, (again) => this.show(access, id, again));
  }
}

const numbersOf = (scores: Record<string, string>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(scores).map(([key, score]) => [key, /^[1-4]$/.test(score) ? Number(score) : 0]),
  );

/** Whoever answers by a link: the audit trail names the form, not a person. */
const actorOf = ({ id, form, peerId }: Feedback): Actor => ({
  id: `link:${id}`,
  role: form === 'peer' ? 'peer' : 'council',
  region: null,
  councilId: null,
  peerId,
  party: null,
  alsoRegions: [],
  senior: false,
});
