import { Module } from '@nestjs/common';
import type { Get, Work, Confirmations } from '../feature.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { VisitsModule } from '../visits/visits.module.js';
import { ClosingPages } from './closing.pages.js';
import { ClosingService } from './closing.service.js';
import { Document } from './document.entity.js';
import { DocumentPages } from './documents.pages.js';
import { DocumentsService } from './documents.service.js';
import { Feedback } from './feedback.entity.js';
import { FeedbackPages } from './feedback.pages.js';
import { FeedbackService } from './feedback.service.js';
import { GoodPractice } from './good-practice.entity.js';
import { GoodPracticePages } from './good-practice.pages.js';
import { GoodPracticeService } from './good-practice.service.js';
import { OutcomesApi } from './outcomes.api.js';
import { Recommendation } from './recommendation.entity.js';
import { RecommendationsApi } from './recommendations.api.js';
import { RecommendationPages } from './recommendations.pages.js';
import { RecommendationsService } from './recommendations.service.js';

/** Documents, recommendations, feedback, good practice, closing. */
@Module({
  imports: [ReferenceModule, MessagesModule, ChallengesModule, VisitsModule],
  controllers: [
    OutcomesApi,
    RecommendationsApi,
    RecommendationPages,
    DocumentPages,
    GoodPracticePages,
    FeedbackPages,
    ClosingPages,
  ],
  providers: [ClosingService, DocumentsService, FeedbackService, RecommendationsService, GoodPracticeService],
  exports: [DocumentsService],
})
export class OutcomesModule {
  static entities = [Feedback, Recommendation, Document, GoodPractice];

  static confirmations: Confirmations = {
    draft: {
      title: 'The draft is with the council',
      next: 'It has been asked to check the facts. You hear when it answers.',
    },
    document: {
      title: 'It is written down',
      next: 'The clock shows it as done. Of a published report or plan, everybody who served has been told.',
    },
    'draft-answered': {
      title: 'Your answer is sent',
      next: 'The challenge manager sees to it, and the final report follows.',
    },
    recommendations: {
      title: 'The recommendations are with the council',
      next: 'It has been asked to answer each of them.',
    },
    closed: {
      title: 'The challenge is closed',
      next: 'Thank you. What was found, answered and done stays to be read.',
    },
  };
  static work = (get: Get): Work => ({
    daily: { 'feedback forms': (now) => get(FeedbackService).askAll(now) },
  });
}
