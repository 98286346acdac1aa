/** Values that are known by their form. A text that `keep` accepts stays. */
export interface Rule {
  readonly label: string;
  readonly pattern: RegExp;
  readonly keep?: (found: string) => boolean;
}
