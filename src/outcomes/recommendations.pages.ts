import { Body, Controller, Get, Param, Post, UploadedFile } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { Choice, Day, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { type ImportReport, uploadedText } from '../web/imports.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { notFound } from '../web/problems.js';
import {
  ANSWER_NAMES,
  MOST_RECOMMENDATIONS,
  PROGRESS_NAMES,
  PROGRESS_STATES,
  RECOMMENDATION_ANSWERS,
  type ProgressState,
  type RecommendationAnswer,
} from './recommendation.entity.js';
import { RecommendationsService } from './recommendations.service.js';

type Answer = Promise<Page | Redirect | Download>;

class WordForm {
  @Says('Enter the recommendation') @Text({ max: 2000 }) text: string;
  @Says('Enter a number from 1 to 40')
  @QueryInt({ optional: true, min: 1, max: MOST_RECOMMENDATIONS })
  number?: number;
}

class FileForm {
  @Choice(['check', 'import']) step: 'check' | 'import';
}

class SendForm {
  @Choice(['yes']) send: 'yes';
}

class AnswerForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Text({ optional: true, max: 2000 }) text?: string;
  @Says('Choose what the council makes of it')
  @Choice(RECOMMENDATION_ANSWERS, { optional: true })
  answer?: RecommendationAnswer;
  @Text({ optional: true, max: 2000 }) answerReason?: string;
  @Text({ optional: true, max: 200 }) owner?: string;
  @Says('Enter the day like 8 June 2027') @Day({ optional: true }) due?: string;
  @Choice(PROGRESS_STATES, { optional: true }) councilState?: ProgressState;
  @Choice(PROGRESS_STATES, { optional: true }) reviewState?: ProgressState;
  @Text({ optional: true, max: 1000 }) evidence?: string;
}

/** Recommendations: worded by the manager, answered by the council, looked at again by the reviewers. */
@Controller()
export class RecommendationPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly recommendations: RecommendationsService,
  ) {}

  @Get('challenges/:id/recommendations')
  @Allow('recommendations.read', 'served challenge')
  async list(
    @Granted() access: Access,
    @Param('id') id: string,
    again: Again = FRESH,
    report: ImportReport | null = null,
  ): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const { actor } = access;
    const rows = await this.recommendations.seenBy(access, id);
    const count = (is: (row: (typeof rows)[number]) => boolean): number => rows.filter(is).length;
    const model = {
      challenge,
      rows,
      report,
      answers: ANSWER_NAMES,
      states: PROGRESS_NAMES,
      answered: count(({ answer }) => answer !== null),
      done: count(({ councilState }) => councilState === 'done'),
      unsent: count(({ sentAt }) => sentAt === null),
      mayWord: scopeOf(actor.role, 'challenges.manage') !== undefined,
      mayAnswer: scopeOf(actor.role, 'recommendations.answer') !== undefined,
      back: actor.role === 'peer' ? paths.visit(id) : paths.challenge(id),
    };
    return new Page('outcomes/views/recommendations.njk', { title: 'Recommendations', ...model, ...again });
  }

  @Post('challenges/:id/recommendations')
  @Allow('challenges.manage', 'challenge')
  word(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ text, number }: WordForm): Promise<Redirect> => {
      await this.recommendations.add(access.actor, id, text, number);
      return new Redirect(paths.recommendations(id));
    };
    return submit(WordForm, body, work, (again) => this.list(access, id, again));
  }

  /** Many at once, from a file: checked first where one only wants to know. */
  @Post('challenges/:id/recommendations/file')
  @Allow('challenges.manage', 'challenge')
  import(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() body: unknown,
    @UploadedFile() file?: { buffer: Buffer },
  ): Answer {
    const work = async ({ step }: FileForm): Promise<Page> => {
      return this.list(
        access,
        id,
        FRESH,
        await this.recommendations.import(access.actor, id, await uploadedText(file), step === 'check'),
      );
    };
    return submit(FileForm, body, work, (again) => this.list(access, id, again));
  }

  @Get('challenges/:id/recommendations/send')
  @Allow('challenges.manage', 'challenge')
  async check(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const rows = (await this.recommendations.ofChallenge(id)).filter(({ sentAt }) => sentAt === null);
    return new Page('outcomes/views/send-recommendations.njk', {
      title: 'Check before you send the recommendations',
      challenge,
      rows,
      ...again,
    });
  }

  @Post('challenges/:id/recommendations/send')
  @Allow('challenges.manage', 'challenge')
  send(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> => {
      await this.recommendations.send(actor, id);
      return new Redirect(paths.done(id, 'recommendations'));
    };
    return submit(SendForm, body, work, (again) => this.check(id, again));
  }

  @Get('challenges/:id/recommendations.csv')
  @Allow('recommendations.read', 'served challenge')
  async csv(@Granted() access: Access, @Param('id') id: string): Promise<Download> {
    return new Download(
      await this.recommendations.export(access, id),
      'text/csv; charset=utf-8',
      'recommendations.csv',
    );
  }

  /** As a paper for cabinet or scrutiny. */
  @Get('challenges/:id/recommendations/paper')
  @Allow('recommendations.read', 'served challenge')
  async paper(@Granted() access: Access, @Param('id') id: string): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const rows = await this.recommendations.seenBy(access, id);
    const title = `Recommendations of the peer challenge, and the council’s answers`;
    return new Page('outcomes/views/paper.njk', {
      title,
      challenge,
      rows,
      answers: ANSWER_NAMES,
      states: PROGRESS_NAMES,
    });
  }

  @Get('recommendations/:id')
  @Allow('recommendations.answer', 'recommendation')
  async one(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const one = await this.recommendations.get(id);
    if (actor.role === 'council' && one.sentAt === null) throw notFound('recommendation');
    const challenge = await this.challenges.get(one.challengeId);
    const model = {
      one,
      challenge,
      answers: ANSWER_NAMES,
      states: PROGRESS_NAMES,
      mayWord: scopeOf(actor.role, 'challenges.manage') !== undefined,
      history: await this.recommendations.history(id),
    };
    return new Page('outcomes/views/recommendation.njk', {
      title: `Recommendation ${String(one.number)}`,
      ...model,
      ...again,
    });
  }

  @Post('recommendations/:id')
  @Allow('recommendations.answer', 'recommendation')
  answer(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, ...change }: AnswerForm): Promise<Redirect> => {
      const { challengeId } = await this.recommendations.change(access.actor, id, version, change);
      return new Redirect(paths.recommendations(challengeId));
    };
    return submit(AnswerForm, body, work, (again) => this.one(access, id, again));
  }
}
