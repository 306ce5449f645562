import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Text, Uuid } from '../web/fields.js';
import { PERSON_ROLES, type ChallengePerson, type PersonRole } from './challenge-person.entity.js';
import { NAMED_ROLES, PeopleOfChallenges, type NewPerson } from './people-of-challenges.service.js';

class AddPerson {
  @Choice(NAMED_ROLES) role: NewPerson['role'];
  @Uuid({ optional: true, nullable: true, description: 'The account of somebody of the staff' })
  accountId?: string | null;
  @Text({ optional: true, nullable: true, max: 200, description: 'The name of somebody without an account' })
  name?: string | null;
}

class RemovePerson {
  @Uuid() person: string;
}

class PersonView {
  @Uuid() id: string;
  @Choice(PERSON_ROLES) role: PersonRole;
  @Uuid({ nullable: true }) accountId: string | null;
  @Text({ max: 200 }) name: string;
}

class LeadField {
  @Text({ nullable: true, max: 60, description: 'The seat whose peer leads the team' }) seat: string | null;
}

/** Who comes to a challenge besides its team, and who of the team leads it. */
@ApiTags('challenges')
@Controller('api/challenges/:id')
export class PeopleApi {
  constructor(private readonly people: PeopleOfChallenges) {}

  @Get('people')
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: [PersonView] })
  async list(@Param('id') id: string): Promise<PersonView[]> {
    return (await this.people.of(id)).map(view);
  }

  @Post('people')
  @Allow('challenges.manage', 'challenge')
  @ApiCreatedResponse({ type: [PersonView] })
  async add(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: AddPerson,
  ): Promise<PersonView[]> {
    await this.people.add(actor, id, body);
    return this.list(id);
  }

  @Post('people/remove')
  @HttpCode(200)
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: [PersonView] })
  async remove(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { person }: RemovePerson,
  ): Promise<PersonView[]> {
    await this.people.remove(actor, id, person);
    return this.list(id);
  }

  @Put('lead')
  @Allow('challenges.manage', 'challenge')
  @ApiOkResponse({ type: LeadField })
  async lead(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { seat }: LeadField,
  ): Promise<LeadField> {
    await this.people.lead(actor, id, seat);
    return { seat };
  }
}

const view = ({ id, role, accountId, account, name }: ChallengePerson): PersonView => ({
  id,
  role,
  accountId,
  name: account?.name ?? name ?? '',
});
