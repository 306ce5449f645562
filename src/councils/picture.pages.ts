import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice } from '../web/fields.js';
import { FRESH, submit, type Again } from '../web/forms.js';
import { paths } from '../web/paths.js';
import { sayRotation } from './control.js';
import { CouncilsService } from './councils.service.js';
import { ControlFacts, PriorityFacts } from './pictures.dto.js';
import { PicturesService } from './pictures.service.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Download, Page, Redirect } from '../web/pages.js';

type Answer = Promise<Page | Redirect | Download>;

class EndPriority {
  @Choice(['yes']) end: 'yes';
}

/** Who controls a council, and whether it is offered a challenge before others. */
@Controller()
export class PicturePages {
  constructor(
    private readonly pictures: PicturesService,
    private readonly councils: CouncilsService,
    private readonly reference: ReferenceService,
  ) {}

  @Get('councils/:id/control')
  @Allow('picture.write', 'council')
  async control(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const said = {
      coalition: council.coalition.join('; '),
      rotation: sayRotation(council.rotation),
    };
    const model = { council, said, changes: await this.pictures.controlChanges(id) };
    return new Page('councils/views/control.njk', {
      title: `Who controls ${council.name}`,
      ...model,
      ...again,
    });
  }

  @Post('councils/:id/control')
  @Allow('picture.write', 'council')
  changeControl(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: ControlFacts): Promise<Redirect> => {
      await this.pictures.changeControl(access, id, facts);
      return new Redirect(paths.council(id));
    };
    return submit(ControlFacts, body, work, (again) => this.control(id, again));
  }

  @Get('councils/:id/priority')
  @Allow('picture.write', 'council')
  async priority(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const model = {
      council,
      priority: await this.pictures.priority(id),
      reasons: await this.reference.get('priorities'),
    };
    return new Page('councils/views/priority.njk', {
      title: `Offer ${council.name} a challenge before others`,
      ...model,
      ...again,
    });
  }

  @Post('councils/:id/priority')
  @Allow('picture.write', 'council')
  prioritise(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: PriorityFacts): Promise<Redirect> => {
      await this.pictures.prioritise(access, id, facts);
      return new Redirect(paths.council(id));
    };
    return submit(PriorityFacts, body, work, (again) => this.priority(id, again));
  }

  @Post('councils/:id/priority/end')
  @Allow('picture.write', 'council')
  endPriority(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> => {
      await this.pictures.endPriority(access, id);
      return new Redirect(paths.council(id));
    };
    return submit(EndPriority, body, work, (again) => this.priority(id, again));
  }
}
