import { Transform } from 'class-transformer';
import { PEER_CLASSES, type PeerClass } from '../matching/problem/programme.js';
import { SKILLS } from '../kinds/skill-words.js';
import { Choice, Email, Text, Texts, Uuid } from '../web/fields.js';
import { listOf, Says } from '../web/forms.js';

type Step = 'check' | 'change' | 'send';

const STEPS: Step[] = ['check', 'change', 'send'];

/** An application that the office takes, or a nomination. */
export class ApplicationForm {
  @Says('Choose a campaign') @Uuid({ optional: true }) campaign?: string;
  @Says('Enter the name') @Text({ max: 200 }) name: string;
  @Says('Enter the e-mail address like name@example.com') @Email() email: string;
  @Says('Choose member, officer or other sector') @Choice(PEER_CLASSES) class: PeerClass;
  @Text({ optional: true, max: 60 }) party?: string;
  @Says('Choose at least one position')
  @Transform(({ value }) => listOf(value))
  @Texts({ max: 20 })
  positions: string[];
  @Says('Write skills with levels like: finance 4, governance 3')
  @Text({ optional: true, max: 500, pattern: SKILLS })
  skills?: string;
  @Says('Enter a code of the register, such as E07000041')
  @Text({ optional: true, max: 20 })
  council?: string;
  @Text({ optional: true, max: 200 }) organisation?: string;
  @Choice(STEPS) step: Step;
}

/** What somebody says who offers to be a peer, without a sign-in. */
export class OfferForm {
  @Uuid({ optional: true }) campaign?: string;
  @Says('Enter your name') @Text({ max: 200 }) name: string;
  @Says('Enter your e-mail address, like name@example.com') @Email() email: string;
  @Says('Choose what you are') @Text({ max: 60 }) position: string;
  @Text({ optional: true, max: 60 }) party?: string;
  @Text({ optional: true, max: 20 }) council?: string;
  @Text({ optional: true, max: 200 }) organisation?: string;
  @Says('Choose skills of the list')
  @Transform(({ value }) => listOf(value))
  @Texts({ optional: true, max: 40 })
  skills?: string[];
  @Choice(STEPS) step: Step;
}
