import { Transform } from 'class-transformer';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { Text, Texts } from '../web/fields.js';
import { FRESH, listOf, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { readBelongings, sayBelongings, type BelongingTo } from './belonging-cells.js';
import { CouncilsService } from './councils.service.js';
import { readField } from './given-field.js';

class HouseForm {
  @Text({ optional: true, max: 4000 }) members?: string;
  @Text({ optional: true, max: 1000 }) parents?: string;
  @Text({ optional: true, max: 4000 }) neighbours?: string;
  @Transform(({ value }) => listOf(value)) @Texts({ optional: true, max: 50 }) groupings?: string[];
}

/** What a body is made of, belongs to and adjoins: whose people may not look at it. */
@Controller('councils/:id/house')
export class HousePages {
  constructor(private readonly councils: CouncilsService) {}

  @Get()
  @Allow('councils.write', 'council')
  async show(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const links = await this.councils.linksOf(id);
    const said = {
      members: sayBelongings(links.member),
      parents: sayBelongings(links.parent),
      neighbours: sayBelongings(links.neighbour),
    };
    const title = `Bodies joined to ${council.name}`;
    const groupings = await this.councils.groupings();
    return new Page('councils/views/house.njk', { title, council, said, groupings, ...again });
  }

  @Post()
  @Allow('councils.write', 'council')
  save(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ members, parents, neighbours, groupings = [] }: HouseForm): Promise<Redirect> => {
      const links = {
        member: read('/members', members),
        parent: read('/parents', parents),
        neighbour: read('/neighbours', neighbours),
      };
      await this.councils.join(actor, id, links, groupings);
      return new Redirect(paths.council(id));
    };
    return submit(HouseForm, body, work, (again) => this.show(id, again));
  }
}

const read = (pointer: string, text = ''): BelongingTo[] =>
  readField(pointer, text.replace(/\s*\n\s*/g, '; '), readBelongings) as BelongingTo[];
