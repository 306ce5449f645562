import { Choice, Flag, Int } from './fields.js';

/** Whether a file is only checked. */
export class ImportQuery {
  @Choice(['true', 'false'], { optional: true, description: 'Only check, change nothing' }) dryRun?: string;
}

/** What a file brought. */
export class ImportReportView {
  @Flag() dryRun: boolean;
  @Int({ min: 0, max: 1_000_000 }) added: number;
  @Int({ min: 0, max: 1_000_000 }) changed: number;
}
