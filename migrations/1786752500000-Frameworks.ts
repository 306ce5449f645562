import type { MigrationInterface, QueryRunner } from 'typeorm';

const FOUR = ['Outstanding', 'Good', 'Requires improvement', 'Inadequate'];
const SOCIAL_CARE = ['county', 'unitary', 'metropolitan', 'london_borough'];

/** What the frameworks judge, and whom they inspect, as the inspectorates publish it. */
const KNOWN = {
  'childrens-services': {
    lookMonths: 6,
    judgements: ['Outstanding', 'Good', 'Requires improvement to be good', 'Inadequate'],
    of: SOCIAL_CARE,
  },
  'send-area': {
    lookMonths: 6,
    judgements: ['Typically positive', 'Inconsistent', 'Widespread or systemic failings'],
    of: SOCIAL_CARE,
  },
  'adult-care': { judgements: FOUR, of: SOCIAL_CARE },
  fire: {
    lookMonths: 6,
    judgements: ['Outstanding', 'Good', 'Adequate', 'Requires improvement', 'Inadequate'],
    of: ['county', 'unitary', 'fire_authority', 'combined_authority'],
  },
  'best-value': { lookMonths: 6 },
  'social-housing': {
    lookMonths: 6,
    judgements: ['C1', 'C2', 'C3', 'C4'],
    of: ['district', 'unitary', 'metropolitan', 'london_borough'],
  },
};

/** Frameworks say what they judge, whom they inspect, and how often a plan is reviewed. */
export class Frameworks1786752500000 implements MigrationInterface {
  name = 'Frameworks1786752500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE policies SET content = coalesce((SELECT jsonb_agg('{"lookMonths": null, "judgements": [], "of": []}'::jsonb || coalesce($1::jsonb -> (x->>'id'), '{}') || x ORDER BY n)
         FROM jsonb_array_elements(content) WITH ORDINALITY e (x, n)), '[]') WHERE id = 'frameworks'`,
      [JSON.stringify(KNOWN)],
    );
    // What was written with other capitals is what the framework gives.
    await runner.query(
      `UPDATE inspections i SET judgement = j FROM policies p, jsonb_array_elements(p.content) x, jsonb_array_elements_text(x->'judgements') j
       WHERE p.id = 'frameworks' AND x->>'id' = i.framework AND lower(trim(i.judgement)) = lower(j) AND i.judgement <> j`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE policies SET content = coalesce((SELECT jsonb_agg(x - 'lookMonths' - 'judgements' - 'of' ORDER BY n)
         FROM jsonb_array_elements(content) WITH ORDINALITY e (x, n)), '[]') WHERE id = 'frameworks'`,
    );
  }
}
