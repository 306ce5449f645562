import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import type { Get, Work } from '../feature.js';
import { Database } from '../database/database.js';
import { DeputiesService } from './deputies.service.js';
import { DeputyPages } from './deputies.pages.js';
import { chainWaiting } from './audit.js';
import { MessagesModule } from '../messages/messages.module.js';
import { AccessGuard } from './access.guard.js';
import { Account } from './account.entity.js';
import { AccountPages } from './accounts.pages.js';
import { AccountsService } from './accounts.service.js';
import { ApiToken } from './api-token.entity.js';
import { AuditCheck } from './audit-check.entity.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditWaiting } from './audit-waiting.entity.js';
import { AuditWatch } from './audit-watch.service.js';
import { AuditApi } from './audit.api.js';
import { NotedReadsInterceptor } from './noted-reads.interceptor.js';
import { LateFormPages } from './late-form.pages.js';
import { NotedReads } from './noted-reads.js';
import { ProvePages } from './prove.pages.js';
import { SecondStep } from './second-step/second-step.entity.js';
import { SecondStepPages } from './second-step/second-step.pages.js';
import { SecondStepResets } from './second-step/resets.service.js';
import { StepNotes } from './second-step/step-notes.js';
import { SecondSteps } from './second-step/second-steps.service.js';
import { SignInCode } from './sign-in-code.entity.js';
import { SignInPages } from './sign-in.pages.js';
import { WebModule } from '../web/web.module.js';
import { Doorkeeper } from './doorkeeper.js';
import { SignInCodes } from './sign-in-codes.service.js';
import { TokensApi } from './tokens.api.js';
import { TokenPages } from './tokens.pages.js';
import { TokensService } from './tokens.service.js';

/** Accounts, sign-in, permissions, tokens and the audit trail. */
@Module({
  imports: [WebModule, MessagesModule, DiscoveryModule],
  controllers: [
    AuditApi,
    SignInPages,
    LateFormPages,
    SecondStepPages,
    ProvePages,
    AccountPages,
    DeputyPages,
    TokenPages,
    TokensApi,
  ],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: NotedReadsInterceptor },
    AccountsService,
    DeputiesService,
    TokensService,
    SignInCodes,
    AuditWatch,
    NotedReads,
    Doorkeeper,
    SecondSteps,
    SecondStepResets,
    StepNotes,
  ],
  exports: [AccountsService],
})
export class PeopleModule {
  static entities = [SignInCode, Account, AuditWaiting, AuditEntry, AuditCheck, ApiToken, SecondStep];

  /** Entries of the audit trail whose process died before they got their place in the chain. */
  static work = (get: Get): Work => ({
    daily: { 'audit trail': (now) => get(AuditWatch).look(now) },
    sweeps: [() => get(Database).transact(chainWaiting)],
  });
}
