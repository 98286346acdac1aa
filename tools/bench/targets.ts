/** The targets of a section: each is printed as it is checked, and the missed ones are kept. */
export class Targets {
  readonly missed: string[] = [];

  check(met: boolean, text: string): void {
    console.log(`${met ? "  met    " : "  MISSED "} ${text}`);
    if (!met) this.missed.push(text);
  }
}
