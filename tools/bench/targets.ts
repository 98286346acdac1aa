/** Prints a line of the results. */
export type Print = (line: string) => void;

/** The targets of a section: each is printed as it is checked, and the missed ones are kept. */
export interface Targets {
  check(met: boolean, text: string): void;
  readonly missed: string[];
}

export function createTargets(print: Print): Targets {
  const missed: string[] = [];
  return {
    check(met, text) {
      print(`${met ? "  met    " : "  MISSED "} ${text}`);
      if (!met) missed.push(text);
    },
    missed,
  };
}
