import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import { DeliveriesService } from '../messages/deliveries.service.js';
import { Public } from '../people/access.js';
import { Settings } from '../settings.js';
import { notFound } from '../web/problems.js';
import { isSame } from '../web/secrets.js';

/** GOV.UK Notify has tried for up to three days by then, or knows that there is no such address. */
const GIVEN_UP = /^(permanent|temporary|technical)-failure$/;

/** What GOV.UK Notify says of a message after it has taken it, to the address that its settings name. */
@Controller('api/delivery-receipts')
export class ReceiptsApi {
  constructor(
    private readonly settings: Settings,
    private readonly deliveries: DeliveriesService,
  ) {}

  @Post()
  @Public()
  @HttpCode(204)
  @ApiExcludeEndpoint()
  async take(@Headers('authorization') said = '', @Body() body: unknown): Promise<void> {
    const { NOTIFY_CALLBACK_TOKEN: token } = this.settings;
    if (!token || !isSame(said, `Bearer ${token}`)) throw notFound('page');
    const { reference, status } = (body ?? {}) as { reference?: unknown; status?: unknown };
    if (isUUID(reference) && typeof status === 'string' && GIVEN_UP.test(status))
      await this.deliveries.cameBack(String(reference));
  }
}
