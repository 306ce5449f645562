import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf, seesOfPeer } from '../people/permissions.js';
import { skillLevels, skillWords, SKILLS } from '../kinds/skill-words.js';
import { Choice, Day, QueryInt, Text, Texts } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { nextOf, type Application } from './application.entity.js';
import { ApplicationsService } from './applications.service.js';
import { ApplicationSteps } from './application-steps.service.js';
import { ReferenceService } from '../reference/reference.service.js';
import { KindsService } from '../kinds/kinds.service.js';

type Answer = Promise<Page | Redirect | Download>;

class StepForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says('Choose what comes next')
  @Choice(['appraised', 'inducted', 'accredited', 'declined', 'withdrawn'])
  to: 'appraised' | 'inducted' | 'accredited' | 'declined' | 'withdrawn';
  @Transform(({ value }) => listOf(value)) @Texts({ optional: true, max: 50 }) criteria?: string[];
  @Says('Write skills with levels like: finance 4, governance 3')
  @Text({ optional: true, max: 500, pattern: SKILLS })
  skills?: string;
  @Transform(({ value }) => listOf(value)) @Texts({ optional: true, max: 50 }) kinds?: string[];
  @Says('Enter the day like 30 November 2029') @Day({ optional: true }) expiresOn?: string;
  @Text({ optional: true, max: 1000 }) reason?: string;
}

/** One application, and each step of it to the pool. */
@Controller('applications')
export class ApplicationPages {
  constructor(
    private readonly applications: ApplicationsService,
    private readonly steps: ApplicationSteps,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
  ) {}

  @Get(':id')
  @Allow('recruiting.read', 'application')
  async one(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const application = await this.applications.get(id);
    const words = await this.kinds.words();
    const changes = await this.applications.history(id);
    const model = {
      application,
      positions: application.positions.map(words.position).join(', '),
      skills: Object.entries(application.skills)
        .map(([skill, level]) => `${words.skill(skill)} ${String(level)}`)
        .join(', '),
      typedSkills: skillWords(application.skills),
      party: seesParty(actor.role) ? application.party : null,
      next: nextOf(application.state),
      criteria: await this.reference.get('criteria'),
      kinds: (await this.kinds.all()).filter(({ accreditation }) => accreditation),
      changes,
      mayWrite: scopeOf(actor.role, 'recruiting.write') !== undefined,
    };
    return new Page('recruiting/views/application.njk', { title: application.name, ...model, ...again });
  }

  @Post(':id')
  @Allow('recruiting.write', 'application')
  step(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (form: StepForm): Promise<Redirect> => {
      await this.goOn(access, id, form);
      return new Redirect(paths.application(id));
    };
    return submit(StepForm, body, work, (again) => this.one(access, id, again));
  }

  private goOn(
    access: Access,
    id: string,
    { version, to, kinds = [], expiresOn, reason, ...form }: StepForm,
  ): Promise<Application> {
    const { actor } = access;
    if (to === 'appraised') {
      const skills = form.skills === undefined ? null : skillLevels(form.skills);
      return this.steps.appraise(actor, id, version, {
        criteria: form.criteria ?? [],
        skills,
        reason: reason ?? null,
      });
    }
    if (to === 'accredited')
      return this.steps.accredit(
        access,
        id,
        version,
        kinds.map((kind) => ({ kind, expiresOn: expiresOn ?? null })),
      );
    if (!reason)
      throw badField(
        '/reason',
        to === 'inducted' ? 'enter how and when they were inducted' : 'enter the reason',
      );
    return to === 'inducted'
      ? this.steps.induct(actor, id, version, reason)
      : this.steps.end(actor, id, version, to, reason);
  }
}

/** As the policy says of a peer's party. */
const seesParty = (role: Access['actor']['role']): boolean => seesOfPeer(role, 'party');
