/** Without what is null, or undefined. */
export function given<T extends object, Absent extends null | undefined>(
  facts: T,
  absent: Absent,
): { [Key in keyof T]?: Exclude<T[Key], Absent> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== absent)) as {
    [Key in keyof T]?: Exclude<T[Key], Absent>;
  };
}
