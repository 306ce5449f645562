import type { ColumnOptions } from 'typeorm';

/** A number with two decimals, kept exactly; the driver gives such numbers as text. For figures and money: up to a million million. */
export const decimal: ColumnOptions & { type: 'numeric' } = {
  type: 'numeric',
  precision: 14,
  scale: 2,
  nullable: true,
  transformer: {
    to: (value: number | null | undefined) => value,
    from: (value: string | null) => (value === null ? null : Number(value)),
  },
};
