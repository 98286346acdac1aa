/** The character before the decimals. */
export type DecimalMark = "comma" | "point";

const spaces = "\\u0020\\u00a0\\u2009\\u202f'’";
const forms: Readonly<Record<DecimalMark, RegExp>> = {
  // 1.234,56 in German, 1 234,56 in French, 1’234,56 in Swiss texts.
  comma: new RegExp(`^[-+]?(?:[1-9]\\d{0,2}(?:[.${spaces}]\\d{3})+|\\d+)(?:,\\d+)?$`),
  point: new RegExp(`^[-+]?(?:[1-9]\\d{0,2}(?:[,${spaces}]\\d{3})+|\\d+)(?:\\.\\d+)?$`),
};
const currency = /^(?:[€$£]|EUR|USD|GBP|CHF)\s*|\s*(?:[€$£]|EUR|USD|GBP|CHF)$/gu;

const bare = (text: string): string => text.replaceAll(currency, "");

/** A cell that proves how others are meant, and its line. */
export interface Proof {
  readonly text: string;
  readonly line: number;
}

/** Sees all cells of a column first, because one of them can prove which mark the others have; then writes its numbers. */
export class NumberColumn {
  private readonly fits = { comma: true, point: true };
  private readonly currencies = new Set<string>();
  /** A text that both marks allow, with different values: 1.234 or 1,234. */
  private either: Proof | undefined;
  private changes = false;
  /** Set when groups are separated by what only numbers have: 1\u202f234. */
  private hasGroups = false;
  private mark: DecimalMark | undefined;

  observe(text: string, line: number): void {
    if (!this.fits.comma && !this.fits.point) return;
    const value = bare(text);
    this.currencies.add(text.replace(value, "").trim());
    this.fits.comma &&= forms.comma.test(value);
    this.fits.point &&= forms.point.test(value);
    if (!/^[-+]?\d+$/.test(value)) this.changes = true;
    if (/[\u00a0\u2009\u202f'’]/.test(value)) this.hasGroups = true;
    if (/^[-+]?[1-9]\d{0,2}[.,]\d{3}$/.test(value)) this.either ??= { text, line };
  }

  /** The mark that the column proves; undefined if it has no numbers, or numbers that both allow. */
  get proved(): DecimalMark | undefined {
    if (this.currencies.size > 1 || this.fits.comma === this.fits.point || !this.changes) return undefined;
    return this.fits.comma ? "comma" : "point";
  }

  get uncertain(): Proof | undefined {
    return this.fits.comma && this.fits.point ? this.either : undefined;
  }

  /** Chooses the mark: the one that the user named, that the column proves, or `other`. Texts stay as they are. */
  settle(named: DecimalMark | undefined, other: DecimalMark | undefined): void {
    const certain = this.hasGroups ? "point" : undefined;
    const mark = named ?? this.proved ?? (this.uncertain === undefined ? certain : other);
    this.mark = this.currencies.size <= 1 && mark !== undefined && this.fits[mark] ? mark : undefined;
  }

  get description(): string | undefined {
    return this.mark === "comma" ? "decimal comma" : undefined;
  }

  /** Writes a number with a decimal point and without groups. */
  write(text: string): string {
    if (this.mark === undefined) return text;
    const [groups, decimals] = this.mark === "comma" ? [/[^\d,+-]/g, ","] : [/[^\d.+-]/g, "."];
    return bare(text).replaceAll(groups, "").replace(decimals, ".");
  }
}
