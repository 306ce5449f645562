import { Controller, Get, Header } from '@nestjs/common';
import { Public } from '../people/access.js';
import { Clock } from '../database/clock.js';
import { Settings } from '../settings.js';
import { Download } from '../web/pages.js';
import { notFound } from '../web/problems.js';

const GOOD_FOR_DAYS = 180;

/** Where somebody who has found a weakness tells of it: RFC 9116. */
@Controller('.well-known')
export class WellKnownPages {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Get('security.txt')
  @Public()
  @Header('Content-Disposition', 'inline')
  securityTxt(): Download {
    const { SECURITY_CONTACT, ADDRESS } = this.settings;
    if (!SECURITY_CONTACT) throw notFound('page');
    const until = new Date(this.clock.now().getTime() + GOOD_FOR_DAYS * 86_400_000);
    const lines = [
      `Contact: ${SECURITY_CONTACT}`,
      `Expires: ${until.toISOString().slice(0, 10)}T00:00:00Z`,
      'Preferred-Languages: en',
      `Canonical: ${ADDRESS}/.well-known/security.txt`,
    ];
    return new Download(`${lines.join('\n')}\n`, 'text/plain; charset=utf-8', 'security.txt');
  }
}
