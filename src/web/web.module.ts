import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { IdempotencyKey } from './idempotency-key.entity.js';
import { Tries } from './tries.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/** What pages and endpoints share. */
@Module({
  providers: [{ provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor }, Tries],
  exports: [Tries],
})
export class WebModule {
  static entities = [IdempotencyKey];
}
