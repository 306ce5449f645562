import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { draftIn, forgetDrafts, keepDraft } from '../web/drafts.js';
import type { Council } from '../councils/council.entity.js';
import { CouncilsService, type Following } from '../councils/councils.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, Text, Texts } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { Transform } from 'class-transformer';
import { SUBJECTS, type Subject } from './placement.entity.js';
import { ReorganisationPreview, type Mover } from './preview.service.js';
import { SuccessionsService, type Placed } from './successions.service.js';

type Answer = Promise<Page | Redirect | Download>;

class FollowsForm {
  @Says('Choose which follows which') @Choice(['follows', 'followed']) direction: 'follows' | 'followed';
  @Says('Enter the codes of the others, such as E07000041') @Text({ max: 800 }) codes: string;
  @Says('Enter the first day like 1 April 2027') @Day() from: string;
  @Says('Choose what becomes of those that are followed') @Choice(['end', 'go-on']) become: 'end' | 'go-on';
  @Says('Choose whether those that follow are new') @Choice(['yes', 'no']) isNew: 'yes' | 'no';
  @Choice(['check', 'change', 'record']) step: 'check' | 'change' | 'record';
}

class UndoForm {
  @Text({ max: 20 }) undo: string;
}

class PlaceForm {
  @Says('Choose where they go')
  @Transform(({ value }) => listOf(value))
  @Texts({ max: 2000 })
  place: string[];
}

/** What a body follows and what follows it, what will happen on that day to whom, and who goes where. */
@Controller('councils/:id/reorganisation')
export class ReorganisationPages {
  constructor(
    private readonly councils: CouncilsService,
    private readonly successions: SuccessionsService,
    private readonly preview: ReorganisationPreview,
  ) {}

  @Get()
  @Allow('councils.write', 'council')
  open(@Req() request: Request, @Param('id') id: string): Answer {
    const draft = draftIn(request);
    if (!draft) return this.show(id, FRESH);
    const look = async (form: FollowsForm): Promise<Page> => {
      if (form.step !== 'check') return this.show(id, { input: { ...form }, errors: [] });
      const { old, next } = await this.sides(id, form);
      return this.check(id, form, old, next);
    };
    return submit(FollowsForm, draft, look, (again) => this.show(id, again));
  }

  private async show(id: string, again: Again): Promise<Page> {
    const council = await this.councils.get(id);
    const leaving = await this.preview.of(id);
    const model = {
      council,
      predecessors: await this.councils.followings(id, 'predecessors'),
      leaving: leaving && {
        ...leaving,
        movers: leaving.movers.map((mover) => shownMover(mover, leaving.successors)),
      },
    };
    const title = `Reorganisation: ${council.name}`;
    return new Page('reorganisation/views/reorganisation.njk', { title, ...model, ...again });
  }

  @Post()
  @Allow('councils.write', 'council')
  record(
    @Granted() { actor }: Access,
    @Req() request: Request,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Answer {
    const work = async (form: FollowsForm): Promise<Redirect> => {
      const { from, become, isNew, step } = form;
      if (step === 'change') return keepDraft(request, form);
      const { old, next } = await this.sides(id, form);
      if (step === 'check') return keepDraft(request, form);
      const predecessors = old.map(({ code }) => code);
      const goOn = become === 'go-on' ? predecessors : [];
      for (const successor of next)
        await this.successions.record(actor, successor.id, {
          predecessors,
          from,
          goOn,
          continues: isNew === 'no',
        });
      await forgetDrafts(request);
      return new Redirect(paths.reorganisation(id));
    };
    return submit(FollowsForm, body, work, (again) => this.show(id, again));
  }

  /** The bodies that are followed, and those that follow. Throws a 400 for a code that the register does not know. */
  private async sides(
    id: string,
    { codes, direction }: FollowsForm,
  ): Promise<{ old: Council[]; next: Council[] }> {
    const named = codes.split(/[\s,;]+/).filter((code) => code !== '');
    const others = await Promise.all(
      named.map(async (code) => {
        const found = await this.councils.withCode(code);
        if (!found) throw badField('/codes', `found ${code}; allowed: codes of the register`);
        return found;
      }),
    );
    const mine = [await this.councils.get(id)];
    return direction === 'follows' ? { old: others, next: mine } : { old: mine, next: others };
  }

  /** What is about to be recorded, in a sentence, before it is. */
  private async check(id: string, form: FollowsForm, old: Council[], next: Council[]): Promise<Page> {
    const council = await this.councils.get(id);
    const names = (bodies: Council[]): string[] => bodies.map(({ name }) => name);
    const model = { council, form_: form, old: names(old), next: names(next) };
    return new Page('reorganisation/views/check.njk', { title: 'Check before you record it', ...model });
  }

  @Post('undo')
  @Allow('councils.write', 'council')
  undo(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ undo }: UndoForm): Promise<Redirect> => {
      await this.successions.undo(actor, id, undo);
      return new Redirect(paths.reorganisation(id));
    };
    return submit(UndoForm, body, work, (again) => this.show(id, again));
  }

  @Post('places')
  @Allow('councils.write', 'council')
  place(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ place }: PlaceForm): Promise<Redirect> => {
      await this.successions.place(actor, id, place.flatMap(placedOf));
      return new Redirect(paths.reorganisation(id));
    };
    return submit(PlaceForm, body, work, (again) => this.show(id, again));
  }
}

/** Where somebody may go, with what a person said chosen. What is left as it is says where that leads. */
function shownMover({ kind, id, name, what, to, isPlaced }: Mover, successors: Following[]): object {
  const value = (where: string): string => `${kind}:${id}:${where}`;
  const nameOf = successors.find((one) => one.id === to)?.name ?? 'ends with it';
  const choices = [
    { value: value('open'), text: to === undefined ? 'Not said yet' : `As it stands: ${nameOf}` },
    ...successors.map((one) => ({ value: value(one.id), text: one.name })),
    ...(kind === 'peer' ? [{ value: value('ends'), text: 'Ends with the body' }] : []),
  ];
  const said = isPlaced && to !== undefined ? (to ?? 'ends') : 'open';
  return { label: `${name}, ${what}`, choices, chosen: value(said) };
}

const UUID = '[0-9a-f-]{36}';
const PLACE = new RegExp(`^(${SUBJECTS.join('|')}):(${UUID}):(${UUID}|ends|open)$`);

/** "peer:…:…": who goes where; `open` is left as it is. */
function placedOf(value: string): Placed[] {
  const [, kind, id, to] = PLACE.exec(value) ?? [];
  if (kind === undefined || id === undefined || to === undefined)
    throw badField('/place', 'Choose where they go');
  return to === 'open' ? [] : [{ kind: kind as Subject, id, successorId: to === 'ends' ? null : to }];
}
