import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { upperFirst } from '../english/words.js';
import { seatWords } from './seats.js';
import type { Policy } from '../matching/problem/programme.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { BadInput } from '../matching/files/reader.js';
import type { ChangeLine } from '../reference/change-lines.js';
import { checkContent } from '../reference/content.js';
import { badInput } from '../web/problems.js';
import { weightChanges, WEIGHT_WORDS } from './weight-words.js';
import { HOLDS_FROM, WithdrawForm } from '../reference/coming-forms.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Choice, Day, Free, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { CLOCK_FIELDS, KIND_FIELDS } from './kind-fields.js';
import { KindPreview, type PreviewLine, type SampleShift } from './kind-preview.js';
import { kindChanges } from './kind-changes.js';
import type { Keeper } from './kept-policy.js';
import { kindKey, type Clock, type Kind } from './kind.js';
import { coverageWords, numberOf, weightWords } from './kind-lines.js';
import { changedBy, KindForm } from './kinds.dto.js';
import { KindsService, TAKEN_BACK } from './kinds.service.js';

/** What a change of a kind would do. */
interface ShownChange {
  lines: PreviewLine[];
  keepers: Keeper[];
  changes: ChangeLine[];
  open: { council: string }[];
}

type Answer = Promise<Page | Redirect | Download>;

class CopyForm {
  @Says('Choose a kind') @Text({ max: 60 }) from: string;
  @Says('Enter a short id of small letters, digits and hyphens')
  @Text({ max: 40, pattern: /^[a-z][a-z0-9-]*$/ })
  id: string;
  @Says('Enter the name') @Text({ max: 100 }) name: string;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
}

class UndoForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
}

class WeightsForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Free() weights: Record<string, string>;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
  @Says(HOLDS_FROM) @Day({ optional: true }) holdsFrom?: string;
  @Choice(['preview', 'save']) step: 'preview' | 'save';
}

/** Fields of a kind in the order of the page. */
const SHOWN: (keyof Kind)[] = [
  ...(['name', 'days', 'daysMin', 'daysMax', 'objectionWorkingDays', 'invitationDays'] as const),
  ...([
    'secondApproval',
    'accreditation',
    'preElectionRefuses',
    'measures',
    'coreQuestions',
    'coverage',
    'weights',
    'retired',
  ] as const),
];

/** The catalogue of kinds and the weights of the score: changed without a release, with a look at what that would do. */
@Controller('kinds')
export class KindPages {
  constructor(
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
    private readonly preview: KindPreview,
  ) {}

  @Get()
  @Allow('policy.write')
  async list(again: Again = FRESH): Promise<Page> {
    const coming = await this.reference.allComing();
    const kinds = (await this.kinds.all()).map((kind) => ({
      ...kind,
      waiting: coming.find(({ policyId }) => policyId === kindKey(kind.id)) ?? null,
    }));
    return new Page('kinds/views/kinds.njk', { title: 'Kinds and policy', kinds, ...again });
  }

  @Post()
  @Allow('policy.write')
  copy(@Granted() { actor }: Access, @Body() body: unknown): Answer {
    const work = async (form: CopyForm): Promise<Redirect> => {
      await this.kinds.copy(actor, form);
      return new Redirect(paths.kind(form.id));
    };
    return submit(CopyForm, body, work, (again) => this.list(again));
  }

  @Post(':kind/undo')
  @Allow('policy.write')
  undo(@Granted() { actor }: Access, @Param('kind') id: string, @Body() body: unknown): Answer {
    const work = async ({ version }: UndoForm): Promise<Redirect> => {
      await this.kinds.undo(actor, id, version);
      return new Redirect(paths.kind(id));
    };
    return submit(UndoForm, body, work, (again) => this.kind(id, again));
  }

  /** Takes a change back that waits for its day. */
  @Post(':kind/coming')
  @Allow('policy.write')
  withdraw(@Granted() { actor }: Access, @Param('kind') id: string, @Body() body: unknown): Answer {
    const work = async ({ change }: WithdrawForm): Promise<Redirect> => {
      await this.reference.withdraw(actor, id === 'weights' ? id : kindKey(id), change);
      return new Redirect(paths.kind(id));
    };
    return submit(WithdrawForm, body, work, (again) =>
      id === 'weights' ? this.weights(again) : this.kind(id, again),
    );
  }

  @Get('weights')
  @Allow('policy.write')
  async weights(
    again: Again = FRESH,
    shown: { lines: PreviewLine[]; sample: SampleShift | null } | null = null,
  ): Promise<Page> {
    const { content, version } = await this.reference.item('weights');
    const typed = again.input.weights as Record<string, string> | undefined;
    const fields = Object.entries(content as Policy).map(([name, value]) => ({
      name,
      ...WEIGHT_WORDS[name as keyof Policy],
      value:
        typed?.[name] ?? (Array.isArray(value) ? (value as unknown[]).map(String).join(', ') : String(value)),
    }));
    const coming = await this.reference.coming('weights');
    const model = {
      title: 'Weights of the score',
      fields,
      version,
      coming,
      comingChanges: coming ? weightChanges(content as Policy, coming.content as Policy) : [],
      ...shown,
      history: (await this.reference.past('weights')).map((one) => ({
        ...one,
        lines: one.before ? weightChanges(one.before as Policy, one.after as Policy) : [],
      })),
    };
    return new Page('kinds/views/weights.njk', { ...model, ...again });
  }

  @Post('weights')
  @Allow('policy.write')
  saveWeights(@Granted() { actor }: Access, @Body() body: unknown): Answer {
    const work = async ({
      version,
      weights,
      reason,
      holdsFrom,
      step,
    }: WeightsForm): Promise<Page | Redirect> => {
      const { content: now } = await this.reference.item('weights');
      const content = Object.fromEntries(
        Object.keys(now).map((name) => [
          name,
          name === 'repeat' ? numbers(weights[name]) : numberOf(weights[name]),
        ]),
      );
      checkWeights(content);
      if (step === 'preview') {
        const changed = content as unknown as Policy;
        const shown = {
          lines: await this.preview.of({ weights: changed }),
          sample: await this.preview.sample(changed),
        };
        return this.weights({ input: { weights, reason, holdsFrom }, errors: [] }, shown);
      }
      await this.reference.put(actor, 'weights', { content, reason, version, holdsFrom: holdsFrom ?? null });
      return new Redirect(holdsFrom === undefined ? paths.kinds : paths.kind('weights'));
    };
    return submit(WeightsForm, body, work, (again) => this.weights(again));
  }

  @Get(':kind')
  @Allow('policy.write')
  async kind(
    @Param('kind') id: string,
    again: Again = FRESH,
    shown: ShownChange | null = null,
  ): Promise<Page> {
    const kind = await this.kinds.stored(id);
    const typed = again.input.step === undefined ? null : again.input;
    const fields = SHOWN.map((name) => fieldOf(name, kind, typed));
    const clock = clockOf(kind.clock, typed && ((typed.clock ?? {}) as Record<string, string>));
    const history = (await this.reference.past(kindKey(id))).map((one) => ({
      ...one,
      lines: one.before ? kindChanges(one.before as Kind, one.after as Kind) : [],
    }));
    const coming = await this.reference.coming(kindKey(id));
    const words = await this.kinds.words();
    const model = {
      title: kind.name,
      id,
      kind,
      version: kind.version,
      fields,
      clock,
      ...shown,
      coming,
      comingChanges: coming ? kindChanges(kind, coming.content as Kind) : [],
      history,
      mayUndo: history[0]?.before != null && !history[0].reason.startsWith(TAKEN_BACK),
      seats: kind.seats.map(({ id: seat, positions }) => ({
        id: seat,
        name: upperFirst(seatWords(seat)),
        positions: positions.map(words.position).join(', '),
      })),
    };
    return new Page('kinds/views/kind.njk', { ...model, ...again });
  }

  @Post(':kind')
  @Allow('policy.write')
  save(@Granted() { actor }: Access, @Param('kind') id: string, @Body() body: unknown): Answer {
    const work = async (form: KindForm): Promise<Page | Redirect> => {
      const { id: _, version: __, ...kind } = await this.kinds.stored(id);
      const content = changedBy(kind, form);
      const keepers = await this.kinds.keepers(id, content);
      // Whose clock the change leaves alone is said before it is saved.
      await this.kinds.check(id, content);
      if (form.step === 'preview' || (keepers.length > 0 && form.asked === undefined)) {
        const lines = await this.preview.of({ kind: { id, content } });
        const changes = kindChanges(kind, content);
        const shown = { lines, keepers, changes, open: await this.kinds.goingBy(id) };
        return this.kind(id, { input: { ...form }, errors: [] }, shown);
      }
      const { reason, version, holdsFrom = null, takeOver = [] } = form;
      await this.kinds.put(actor, id, { content, reason, version, holdsFrom }, takeOver);
      return new Redirect(holdsFrom === null ? paths.kinds : paths.kind(id));
    };
    return submit(KindForm, body, work, (again) => this.kind(id, again));
  }
}

/** A field as the page shows it: lists with commas, or an entry a line. */
function fieldOf(name: keyof Kind, kind: Kind, typed: Record<string, unknown> | null): object {
  const { form } = KIND_FIELDS[name];
  const value = kind[name];
  // What was emptied stays empty.
  if (typed && form?.as !== 'tick') return { name, ...form, value: typed[name] ?? '' };
  if (name === 'coverage') return { name, ...form, value: kind.coverage.map(coverageWords).join('\n') };
  if (name === 'weights') return { name, ...form, value: weightWords(kind.weights).join('\n') };
  const separator = form?.as === 'lines' ? '\n' : ', ';
  return { name, ...form, value: Array.isArray(value) ? value.map(String).join(separator) : value };
}

function clockOf(clock: Clock, typed: Record<string, string> | null): object[] {
  return Object.entries(CLOCK_FIELDS).map(([name, { label }]) => ({
    name,
    label,
    value: typed ? (typed[name] ?? '') : String(clock[name as keyof Clock] ?? ''),
  }));
}

const numbers = (text: string | undefined): (number | string)[] =>
  (text ?? '').split(',').map((part) => numberOf(part.trim()));

/** What the form of weights says where a weight is wrong: at its own field, by its label. */
function checkWeights(content: object): void {
  try {
    checkContent('weights', content);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    throw badInput(
      'A weight cannot be used.',
      error.faults.map(({ path, found, allowed }) => {
        const name = (/^\w+/.exec(path)?.[0] ?? '') as keyof Policy;
        return {
          pointer: `/weights[${name}]`,
          detail: `${WEIGHT_WORDS[name].label}: found ${found}; allowed: ${allowed}`,
        };
      }),
    );
  }
}
