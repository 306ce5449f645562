import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import express from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { frameworkLog, logRequests } from './log.js';
import { describeApi } from './openapi.js';
import type { Settings } from './settings.js';
import { fieldErrors, ProblemFilter } from './web/problem.filter.js';
import { badInput } from './web/problems.js';

const BODY_LIMIT = '1mb';
const UPLOAD_LIMIT = '10mb';

/** Readies the web application, for `main` and for tests alike. */
export async function makeApp(settings: Settings, log: Logger): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(settings, { web: true }), {
    logger: frameworkLog(log),
    abortOnError: false,
    bodyParser: false,
  });
  app.disable('x-powered-by');
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: { 'script-src': ["'self'"], 'style-src': ["'self'", "'unsafe-inline'"], 'frame-ancestors': ["'none'"] },
      },
    }),
  );
  app.use(logRequests(log));
  app.use(express.json({ limit: BODY_LIMIT }));
  app.use(express.text({ type: 'text/csv', limit: UPLOAD_LIMIT }));
  app.useGlobalFilters(new ProblemFilter(log));
  app.useGlobalPipes(
    new ValidationPipe({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors) => badInput('What was sent cannot be used.', fieldErrors(errors)),
    }),
  );
  const document = describeApi(app);
  SwaggerModule.setup('api/docs', app, () => document, { jsonDocumentUrl: 'api/openapi.json', customSiteTitle: 'Critical Friend API' });
  app.enableShutdownHooks();
  return app;
}
