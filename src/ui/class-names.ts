/** @file Class names that hold while something is so. */

/** The names whose condition holds, as an element takes them. */
export function classNames(conditions: Readonly<Record<string, boolean>>): string {
  return Object.keys(conditions)
    .filter((name) => conditions[name])
    .join(' ');
}
