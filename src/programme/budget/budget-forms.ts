import { Transform } from 'class-transformer';
import { Choice, QueryInt, Text } from '../../web/fields.js';
import { Says } from '../../web/forms.js';
import { COLOURS, type Colour } from '../measures/colour.js';
import { typedNumber } from '../measures/measure-form.js';
import { BUDGET_KINDS, type BudgetKind } from './budget-line.entity.js';
import type { LineFacts, LineFigure } from './budget.service.js';

const MONEY = /^-?\d{1,9}(\.\d{1,2})?$/;
const SAYS_MONEY = 'Enter thousands of pounds, like 1250 or -55';
const optional = { optional: true } as const;
const Money = (options = {}): PropertyDecorator[] => [
  Says(SAYS_MONEY),
  Transform(typedNumber),
  Text({ max: 20, pattern: MONEY, ...options }),
];
const all =
  (decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, name) => {
    for (const decorate of decorators) decorate(target, name);
  };

export class LineForm {
  @Says('Enter a name of 200 characters at most') @Text({ max: 200 }) name: string;
  @Says('Choose income or expenditure') @Choice(BUDGET_KINDS) kind: BudgetKind;
  @all(Money()) budget: string;
  @Choice(COLOURS, optional) colour?: Colour;
  @Text({ ...optional, max: 500 }) colourReason?: string;
  @Text({ ...optional, max: 2000 }) comment?: string;
}

export class NewLineForm extends LineForm {
  @Says('Enter a key of small letters, digits and hyphens')
  @Text({ max: 40, pattern: /^[a-z][a-z0-9-]*$/ })
  key: string;
}

export class ChangeLineForm extends LineForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
}

export class AnnexFigureForm {
  @QueryInt({ min: 1, max: 4 }) quarter: 1 | 2 | 3 | 4;
  @all(Money(optional)) budgetToDate?: string;
  @all(Money(optional)) actualToDate?: string;
  @all(Money(optional)) forecast?: string;
  @Says('Enter where it comes from') @Text({ max: 2000 }) source: string;
}

const money = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

/** What a form says of a line. */
export const lineFactsOf = ({ name, kind, budget, ...rest }: LineForm): Omit<LineFacts, 'key'> => ({
  ...{ name, kind, budget: Number(budget), comment: rest.comment ?? '' },
  ...{ colour: rest.colour ?? null, colourReason: rest.colourReason ?? null },
});

/** What a form says of a line at the end of a quarter. */
export const figureOf = (form: AnnexFigureForm): LineFigure => ({
  ...{ quarter: form.quarter, comment: form.source, forecast: money(form.forecast) },
  ...{ budgetToDate: money(form.budgetToDate), actualToDate: money(form.actualToDate) },
});
