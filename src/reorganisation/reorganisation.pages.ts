import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { CouncilsService } from '../councils/councils.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, Text, Texts } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { Transform } from 'class-transformer';
import { SUBJECTS, type Subject } from './placement.entity.js';
import { ReorganisationPreview } from './preview.service.js';
import { SuccessionsService, type Placed } from './successions.service.js';

type Answer = Promise<Page | Redirect | Download>;

class FollowsForm {
  @Says('Enter the codes of the bodies that it follows, such as E07000041') @Text({ max: 800 }) codes: string;
  @Says('Enter the first day like 2027-04-01') @Day() from: string;
  @Says('Choose what becomes of them') @Choice(['end', 'go-on']) become: 'end' | 'go-on';
  @Says('Choose whether it is new') @Choice(['yes', 'no']) isNew: 'yes' | 'no';
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
  async show(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const model = {
      council,
      predecessors: await this.councils.followings(id, 'predecessors'),
      leaving: await this.preview.of(id),
    };
    const title = `Reorganisation: ${council.name}`;
    return new Page('reorganisation/views/reorganisation.njk', { title, ...model, ...again });
  }

  @Post()
  @Allow('councils.write', 'council')
  record(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ codes, from, become, isNew }: FollowsForm): Promise<Redirect> => {
      const predecessors = codes.split(/[\s,;]+/).filter((code) => code !== '');
      const goOn = become === 'go-on' ? predecessors : [];
      await this.successions.record(actor, id, { predecessors, from, goOn, continues: isNew === 'no' });
      return new Redirect(paths.reorganisation(id));
    };
    return submit(FollowsForm, body, work, (again) => this.show(id, again));
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

const UUID = '[0-9a-f-]{36}';
const PLACE = new RegExp(`^(${SUBJECTS.join('|')}):(${UUID}):(${UUID}|ends|open)$`);

/** "peer:…:…": who goes where; `open` is left as it is. */
function placedOf(value: string): Placed[] {
  const [, kind, id, to] = PLACE.exec(value) ?? [];
  if (kind === undefined || id === undefined || to === undefined)
    throw badField('/place', 'Choose where they go');
  return to === 'open' ? [] : [{ kind: kind as Subject, id, successorId: to === 'ends' ? null : to }];
}
