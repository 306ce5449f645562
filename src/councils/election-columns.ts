/** How a body of the register elects, as `ElectionCycle` has it, of the row with an alias. */
export const electionsOf = (alias: string): string =>
  `jsonb_build_object('pattern', ${alias}.election_pattern, 'baseYear', ${alias}.election_base_year, 'nextYear', ${alias}.election_next_year, 'polls', ${alias}.other_polls)`;
