import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ELECTION_PATTERNS } from '../calendar/elections.js';
import { upperFirst } from '../english/words.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { BODIES, type Body as HostBody } from '../reference/bodies.js';
import { Choice, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { readBelongings, type BelongingTo } from './belonging-cells.js';
import { BodiesService, type BodyFacts } from './bodies.service.js';
import { COUNTRIES, type Council } from './council.entity.js';
import { CouncilsService } from './councils.service.js';
import { readField } from './given-field.js';
import { pollsCell, sayPolls } from './polls.js';
import { REGIONS } from './regions.js';

const YEAR = 'Enter a year of four digits, such as 2027';

class BodyForm {
  @Says('Enter the name') @Text({ max: 200 }) name: string;
  @Says('Choose what it is') @Choice(BODIES) body: HostBody;
  @Says('Choose one of the regions') @Choice(REGIONS, { optional: true }) region?: string;
  @Says('Choose the country') @Choice(COUNTRIES) country: (typeof COUNTRIES)[number];
}

class NewBodyForm extends BodyForm {
  @Says('Enter the code: 3 to 20 letters, digits and hyphens')
  @Text({ max: 20, min: 3, pattern: /^[A-Za-z0-9-]+$/ })
  code: string;
  @Text({ optional: true, max: 4000 }) members?: string;
  @Text({ optional: true, max: 1000 }) parents?: string;
}

class BodyFactsForm extends BodyForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Choice(['yes'], { optional: true }) inCycle?: 'yes';
  @Choice(ELECTION_PATTERNS, { optional: true })
  electionPattern?: (typeof ELECTION_PATTERNS)[number];
  @Says(YEAR) @QueryInt({ optional: true, min: 1900, max: 2200 }) electionBaseYear?: number;
  @Says(YEAR) @QueryInt({ optional: true, min: 1900, max: 2200 }) electionNextYear?: number;
  @Text({ optional: true, max: 4000 }) otherPolls?: string;
}

/** Host bodies by hand: one that is no council is added, any is changed, with its elections. */
@Controller('bodies')
export class BodyPages {
  constructor(
    private readonly bodies: BodiesService,
    private readonly councils: CouncilsService,
  ) {}

  @Get('new')
  @Allow('councils.write')
  new(again: Again = FRESH): Page {
    const kinds = choices(BODIES.filter((body) => body !== 'council'));
    return new Page('councils/views/body.njk', {
      title: 'A new host body',
      council: null,
      kinds,
      ...LISTS,
      ...again,
    });
  }

  @Post('new')
  @Allow('councils.write')
  add(@Granted() { actor }: Access, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async ({ members, parents, region, code, ...form }: NewBodyForm): Promise<Redirect> => {
      if (await this.councils.withCode(code.toUpperCase()))
        throw badField('/code', `found "${code}", which another host body has`);
      const added = await this.bodies.add(actor, {
        ...form,
        region: region ?? null,
        code: code.toUpperCase(),
        members: codes('/members', members),
        parents: codes('/parents', parents),
      });
      return new Redirect(paths.council(added.id));
    };
    return submit(NewBodyForm, body, work, (again) => Promise.resolve(this.new(again)));
  }

  @Get(':id')
  @Allow('councils.write', 'council')
  async one(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    return new Page('councils/views/body.njk', {
      title: `What is known of ${council.name}`,
      council,
      kinds: choices(BODIES.filter((body) => (body === 'council') === (council.body === 'council'))),
      polls: sayPolls(council.otherPolls).join('\n'),
      ...LISTS,
      ...again,
    });
  }

  @Post(':id')
  @Allow('councils.write', 'council')
  save(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async (form: BodyFactsForm): Promise<Redirect> => {
      await this.bodies.change(actor, id, form.version, factsOf(form));
      return new Redirect(paths.council(id));
    };
    return submit(BodyFactsForm, body, work, (again) => this.one(id, again));
  }
}

const factsOf = (form: BodyFactsForm): BodyFacts => ({
  name: form.name,
  body: form.body,
  region: form.region ?? null,
  country: form.country,
  inCycle: form.inCycle === 'yes',
  electionPattern: form.electionPattern ?? null,
  electionBaseYear: form.electionBaseYear ?? null,
  electionNextYear: form.electionNextYear ?? null,
  otherPolls: readField('/otherPolls', form.otherPolls, pollsCell) as Council['otherPolls'],
});

/** Codes of bodies, without days: these are said with what a body is joined to. */
function codes(pointer: string, text: string | undefined): string[] {
  const said = readField(pointer, text?.replace(/\s*\n\s*/g, '; '), readBelongings) as BelongingTo[];
  if (said.some(({ since, until }) => since !== null || until !== null))
    throw badField(pointer, 'found days; say these once the body is there, under “Bodies joined to it”');
  return said.map(({ code }) => code);
}

const choices = (bodies: readonly HostBody[]): { value: string; text: string }[] =>
  bodies.map((value) => ({ value, text: upperFirst(value.replaceAll('_', ' ')) }));

const LISTS = { regions: REGIONS, countries: COUNTRIES };
