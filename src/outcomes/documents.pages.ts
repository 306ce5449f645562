import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isDelivered } from '../challenges/states.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { ClockService } from '../visits/clock.service.js';
import { Choice, Day, Link, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { notFound } from '../web/problems.js';
import { DOCUMENT_NAMES, DOCUMENT_TYPES, type DocumentType } from './document.entity.js';
import { DocumentsService, takesDocuments } from './documents.service.js';
import { Clock } from '../database/clock.js';

type Answer = Promise<Page | Redirect | Download>;

class DocumentForm {
  @Says('Choose what it is') @Choice(DOCUMENT_TYPES) type: DocumentType;
  @Says('Enter a link that begins with https://') @Link() link: string;
  @Says('Enter the day like 8 June 2027') @Day() dated: string;
  /** Report and plan in one. */
  @Choice(['yes'], { optional: true }) withPlan?: 'yes';
}

class DraftForm {
  @Says('Choose whether the facts are right') @Choice(['accurate', 'corrections']) answer:
    'accurate' | 'corrections';
  @Text({ optional: true, max: 5000 }) text?: string;
}

/** Papers, drafts, reports and plans of a challenge, and the council's answer on the accuracy of a draft. */
@Controller()
export class DocumentPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly documents: DocumentsService,
    private readonly clock: ClockService,
    private readonly time: Clock,
  ) {}

  @Get('challenges/:id/documents')
  @Allow('clock.record', 'challenge')
  async list(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const documents = await this.documents.ofChallenge(id);
    const today = this.time.today();
    const steps = await this.clock.of(id, today);
    const isCouncil = actor.role === 'council';
    const early: DocumentType[] = ['position_statement', 'papers'];
    const offered = isDelivered(challenge.state)
      ? DOCUMENT_TYPES.filter((type) => !early.includes(type) && !(isCouncil && type === 'draft_report'))
      : early;
    const model = {
      challenge,
      today,
      takes: takesDocuments(challenge),
      documents: documents.map((one) => ({ ...one, name: DOCUMENT_NAMES[one.type] })),
      open: documents.find(({ type, answer }) => type === 'draft_report' && answer === null) ?? null,
      types: offered.map((type) => ({ value: type, text: DOCUMENT_NAMES[type] })),
      elections: steps.filter(({ election }) => election !== null),
    };
    return new Page('outcomes/views/documents.njk', { title: 'Reports and documents', ...model, ...again });
  }

  @Post('challenges/:id/documents')
  @Allow('clock.record', 'challenge')
  add(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ type, link, dated, withPlan }: DocumentForm): Promise<Redirect> => {
      const together = type === 'report' && withPlan ? [{ type: 'action_plan' as const, link, dated }] : [];
      await this.documents.add(access.actor, id, [{ type, link, dated }, ...together]);
      return new Redirect(paths.done(id, type === 'draft_report' ? 'draft' : 'document'));
    };
    return submit(DocumentForm, body, work, (again) => this.list(access, id, again));
  }

  @Get('documents/:id')
  @Allow('clock.record', 'document')
  async draft(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const document = await this.documents.get(id);
    if (document.type !== 'draft_report') throw notFound('draft');
    const challenge = await this.challenges.get(document.challengeId);
    return new Page('outcomes/views/draft.njk', {
      title: 'Is the draft accurate?',
      document,
      challenge,
      due: (await this.clock.of(challenge.id)).find((step) => step.id === 'accuracy')?.due ?? null,
      ask: await this.challenges.ask(challenge.id),
      ...again,
    });
  }

  @Post('documents/:id')
  @Allow('clock.record', 'document')
  answer(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ answer, text }: DraftForm): Promise<Redirect> => {
      const { challengeId } = await this.documents.answer(actor, id, answer, text ?? null);
      return new Redirect(paths.done(challengeId, 'draft-answered'));
    };
    return submit(DraftForm, body, work, (again) => this.draft(id, again));
  }
}
