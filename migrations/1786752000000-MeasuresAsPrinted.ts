import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Measures as board papers print them: themes, units, long wording, targets in words, two targets in one row, more to count, more rules of colours. */
export class MeasuresAsPrinted1786752000000 implements MigrationInterface {
  name = 'MeasuresAsPrinted1786752000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE measures
        ADD theme text NOT NULL DEFAULT '',
        ADD wording text NOT NULL DEFAULT '',
        ADD unit text NOT NULL DEFAULT 'number',
        ADD decimals smallint NOT NULL DEFAULT 0,
        ADD target_words text NOT NULL DEFAULT '',
        ADD progress text,
        ADD part_of text,
        ADD which text,
        ADD together numeric(14,2),
        ADD ahead_quarter smallint,
        ADD ended_on date,
        ALTER target TYPE numeric(14,2),
        ALTER confirmed TYPE numeric(14,2),
        ALTER in_discussion TYPE numeric(14,2),
        DROP CONSTRAINT measures_source,
        DROP CONSTRAINT measures_counting,
        DROP CONSTRAINT measures_direction,
        DROP CONSTRAINT measures_colour_rule,
        DROP CONSTRAINT measures_numbers,
        ADD CONSTRAINT measures_source CHECK (source IN ('challenges', 'follow_ups', 'days', 'events', 'attendance', 'support', 'feedback',
          'impact', 'recommendations', 'inspections', 'offers', 'offers_accepted', 'by_hand')),
        ADD CONSTRAINT measures_counting CHECK (counting IN ('sum', 'running', 'distinct', 'average')),
        ADD CONSTRAINT measures_direction CHECK (direction IN ('at_least', 'up_to', 'aim')),
        ADD CONSTRAINT measures_colour_rule CHECK (colour_rule IN ('delivery', 'line', 'season', 'forecast', 'income', 'spending', 'budget', 'by_hand')),
        ADD CONSTRAINT measures_numbers CHECK (confirmed >= 0 AND in_discussion >= 0 AND together >= 0),
        ADD CONSTRAINT measures_together CHECK (together IS NULL OR confirmed IS NULL AND in_discussion IS NULL),
        ADD CONSTRAINT measures_unit CHECK (unit IN ('number', 'pounds', 'thousand_pounds', 'million_pounds', 'per_cent') AND decimals BETWEEN 0 AND 2),
        ADD CONSTRAINT measures_progress CHECK (progress IN ('not_started', 'under_way', 'done')),
        ADD CONSTRAINT measures_part CHECK (part_of <> key),
        ADD CONSTRAINT measures_ahead_quarter CHECK (ahead_quarter BETWEEN 1 AND 4)
    `);
    // What was ahead was so when the last figure was entered.
    await runner.query(`
      UPDATE measures m SET ahead_quarter = (SELECT max(f.quarter) FROM measure_figures f WHERE f.measure_id = m.id AND f.value IS NOT NULL)
      WHERE m.confirmed IS NOT NULL OR m.in_discussion IS NOT NULL
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    // What the release before does not know is kept as entered by hand, without a figure below nought.
    await runner.query(`
      UPDATE measures SET
        source = CASE WHEN source IN ('challenges', 'days', 'events') THEN source ELSE 'by_hand' END,
        counting = CASE WHEN counting = 'average' THEN 'running' ELSE counting END,
        direction = CASE WHEN direction = 'aim' THEN 'at_least' ELSE direction END,
        colour_rule = CASE WHEN colour_rule IN ('delivery', 'budget') THEN colour_rule ELSE 'by_hand' END,
        target = greatest(target, 0)
    `);
    await runner.query(`
      ALTER TABLE measures
        DROP theme, DROP wording, DROP unit, DROP decimals, DROP target_words, DROP progress, DROP part_of, DROP which, DROP together,
        DROP ahead_quarter, DROP ended_on,
        ALTER target TYPE integer, ALTER confirmed TYPE integer, ALTER in_discussion TYPE integer,
        DROP CONSTRAINT measures_source,
        DROP CONSTRAINT measures_counting,
        DROP CONSTRAINT measures_direction,
        DROP CONSTRAINT measures_colour_rule,
        ADD CONSTRAINT measures_source CHECK (source IN ('challenges', 'days', 'events', 'by_hand')),
        ADD CONSTRAINT measures_counting CHECK (counting IN ('sum', 'running', 'distinct')),
        ADD CONSTRAINT measures_direction CHECK (direction IN ('at_least', 'up_to')),
        ADD CONSTRAINT measures_colour_rule CHECK (colour_rule IN ('delivery', 'budget', 'by_hand')),
        ADD CONSTRAINT measures_numbers CHECK (target >= 0 AND confirmed >= 0 AND in_discussion >= 0)
    `);
  }
}
