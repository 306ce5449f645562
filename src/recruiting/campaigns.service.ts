import { Injectable } from '@nestjs/common';
import { type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { Database } from '../database/database.js';
import { Campaign } from './campaign.entity.js';
import { ReferenceService } from '../reference/reference.service.js';
import { requireWords } from './known-words.js';
import { OPEN_APPLICATIONS } from './application.entity.js';

/** A campaign with how far it has come. */
export interface CampaignRow extends Campaign {
  open: number;
  accredited: number;
}

/** Campaigns for what the pool lacks. */
@Injectable()
export class CampaignsService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  async list(): Promise<CampaignRow[]> {
    const campaigns = await this.db.manager.find(Campaign, {
      order: { until: 'DESC', title: 'ASC', id: 'ASC' },
    });
    const counts = await this.db.query<{ id: string; open: number; accredited: number }[]>(
      `SELECT campaign_id AS id, count(*) FILTER (WHERE state = ANY($1))::int AS open,
         count(*) FILTER (WHERE state = 'accredited')::int AS accredited FROM applications WHERE campaign_id IS NOT NULL GROUP BY 1`,
      [OPEN_APPLICATIONS],
    );
    const known = new Map(counts.map((row) => [row.id, row]));
    return campaigns.map((campaign) => ({
      ...campaign,
      open: known.get(campaign.id)?.open ?? 0,
      accredited: known.get(campaign.id)?.accredited ?? 0,
    }));
  }

  async start(actor: Actor, facts: Omit<Campaign, 'id' | 'actor' | 'createdAt'>): Promise<Campaign> {
    return this.db.transact(async (tx) => {
      await requireWords(this.reference, tx, facts);
      const saved = await tx.save(tx.create(Campaign, { ...facts, actor: actor.id }));
      await record(tx, actor, 'campaign.started', `campaign:${saved.id}`);
      return saved;
    });
  }
}
