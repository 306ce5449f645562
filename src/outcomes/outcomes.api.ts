import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CHALLENGE_STATES } from '../challenges/states.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, Decimal, Int, Ints, Levels, Link, Many, Text, Texts, Uuid } from '../web/fields.js';
import { ClosingService } from './closing.service.js';
import { DOCUMENT_TYPES, type Document, type DocumentType } from './document.entity.js';
import { DocumentsService } from './documents.service.js';
import { FeedbackService } from './feedback.service.js';
import type { GoodPractice } from './good-practice.entity.js';
import { GoodPracticeService } from './good-practice.service.js';

class AddDocument {
  @Choice(DOCUMENT_TYPES) type: DocumentType;
  @Link() link: string;
  @Day({ description: 'When it was sent; of a report or plan, when it was published' }) dated: string;
}

class DocumentView extends AddDocument {
  @Uuid() id: string;
  @Int({ min: 1, max: 32_767 }) version: number;
  @Choice(['accurate', 'corrections'], { nullable: true }) answer: string | null;
  @Text({ nullable: true }) answerText: string | null;
  @Day({ nullable: true }) answeredOn: string | null;
}

class AnswerDraft {
  @Choice(['accurate', 'corrections']) answer: 'accurate' | 'corrections';
  @Text({ optional: true, nullable: true, max: 5000 }) text?: string | null;
}

class QuestionView {
  @Text() question: string;
  @Ints({ min: 0, max: 1_000_000, most: 4, description: 'How often 1, 2, 3 and 4 were said' })
  counts: number[];
  @Decimal({ nullable: true, min: 1, max: 4 }) mean: number | null;
}

class FeedbackView {
  @Choice(['council', 'peer', 'impact']) form: string;
  @Int({ min: 0, max: 1000 }) asked: number;
  @Int({ min: 0, max: 1000 }) answered: number;
  @Many(() => QuestionView) questions: QuestionView[];
  @Texts() comments: string[];
}

class PutRatings {
  @Levels({ min: 1, max: 4, description: 'From 1 (poor) to 4 (excellent) by id of a peer of the team' })
  scores: Record<string, number>;
}

class PracticeQuery {
  @Text({ optional: true, max: 100 }) text?: string;
  @Text({ optional: true, max: 60, description: 'What it is about, by its id in policy' }) theme?: string;
}

class AddPractice {
  @Text({ max: 200 }) title: string;
  @Text({ max: 5000 }) what: string;
  @Text({ optional: true, nullable: true, max: 60, description: 'What it is about, by its id in policy' })
  theme?: string | null;
  @Text({
    optional: true,
    nullable: true,
    max: 200,
    description: 'Which post of the council consents to sharing it',
  })
  consentBy?: string | null;
}

class PracticeView {
  @Uuid() id: string;
  @Uuid() challengeId: string;
  @Text() title: string;
  @Text({ max: 5000 }) what: string;
  @Text({ nullable: true, description: 'What it is about, by its id in policy' }) theme: string | null;
  @Text({ nullable: true }) consentBy: string | null;
  @Day({ nullable: true }) consentOn: string | null;
}

class Close {
  @Text({ optional: true, nullable: true, max: 2000, description: 'Needed where something is outstanding' })
  reason?: string | null;
}

class ClosedView {
  @Uuid() id: string;
  @Choice(CHALLENGE_STATES) state: string;
}

/** What comes of a challenge: documents, feedback, good practice, its end. */
@ApiTags('outcomes')
@Controller('api')
export class OutcomesApi {
  constructor(
    private readonly documents: DocumentsService,
    private readonly feedback: FeedbackService,
    private readonly practice: GoodPracticeService,
    private readonly closing: ClosingService,
  ) {}

  @Get('challenges/:id/documents')
  @Allow('clock.record', 'challenge')
  @ApiOkResponse({ type: [DocumentView] })
  async list(@Param('id') id: string): Promise<DocumentView[]> {
    return (await this.documents.ofChallenge(id)).map(viewDocument);
  }

  @Post('challenges/:id/documents')
  @Allow('clock.record', 'challenge')
  @ApiCreatedResponse({ type: [DocumentView] })
  async add(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: AddDocument,
  ): Promise<DocumentView[]> {
    return (await this.documents.add(actor, id, [body])).map(viewDocument);
  }

  @Post('documents/:id/answer')
  @HttpCode(200)
  @Allow('clock.record', 'document')
  @ApiOkResponse({ type: DocumentView })
  async answer(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { answer, text }: AnswerDraft,
  ): Promise<DocumentView> {
    return viewDocument(await this.documents.answer(actor, id, answer, text ?? null));
  }

  @Get('challenges/:id/feedback')
  @Allow('feedback.read', 'challenge')
  @ApiOkResponse({ type: [FeedbackView] })
  summary(@Param('id') id: string): Promise<FeedbackView[]> {
    return this.feedback.summary(id);
  }

  @Put('challenges/:id/ratings')
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: PutRatings })
  async rate(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { scores }: PutRatings,
  ): Promise<PutRatings> {
    await this.feedback.rate(actor, id, scores);
    return { scores: Object.fromEntries(await this.feedback.ratings(id)) };
  }

  @Get('good-practice')
  @Allow('practice.read')
  @ApiOkResponse({ type: [PracticeView] })
  async search(@Granted() access: Access, @Query() { text, theme }: PracticeQuery): Promise<PracticeView[]> {
    const filters = { ...(text ? { text } : {}), ...(theme ? { theme } : {}) };
    return (await this.practice.search(access, filters)).map(viewPractice);
  }

  @Post('challenges/:id/good-practice')
  @Allow('challenges.manage', 'challenge')
  @ApiCreatedResponse({ type: PracticeView })
  async seen(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { title, what, theme, consentBy }: AddPractice,
  ): Promise<PracticeView> {
    const facts = { title, what, theme: theme ?? null, consentBy: consentBy ?? null };
    return viewPractice(await this.practice.add(actor, id, facts));
  }

  @Post('challenges/:id/close')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: ClosedView })
  async close(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { reason }: Close,
  ): Promise<ClosedView> {
    const { state } = await this.closing.close(actor, id, reason ?? null);
    return { id, state };
  }
}

function viewDocument({
  id,
  type,
  link,
  dated,
  version,
  answer,
  answerText,
  answeredOn,
}: Document): DocumentView {
  return { id, type, link, dated, version, answer, answerText, answeredOn };
}

function viewPractice({
  id,
  challengeId,
  title,
  what,
  theme,
  consentBy,
  consentOn,
}: GoodPractice): PracticeView {
  return { id, challengeId, title, what, theme, consentBy, consentOn };
}
