import { isDay, toEpochSeconds } from "../../seed/own-data/foreign-data";
import type { Proof } from "./numbers";

/** The order of day and month: 3/4/2026 is 3 April or March 4th. */
export type DateOrder = "day-first" | "month-first";

/** 13.02.2026, 2/13/26 2:05 PM, 2026/2/13 14:05:30 +0100 and the like. */
const written =
  /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:,?[T\s]\s*(?:à\s)?(\d{1,2})[:h](\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(?:([ap])\.?m\.?|Uhr)?)?\s*(Z|UTC|GMT|[-+]\d\d:?\d\d)?$/iu;

type WrittenDate = NonNullable<ReturnType<typeof takeApart>>;

/** Takes a date apart: its numbers, and the character between them. */
function takeApart(text: string) {
  const [, first = "", separator = "", second = "", third = "", hour, minute = "00", seconds = "00", half, zone] =
    written.exec(text) ?? [];
  const isYearFirst = first.length === 4 && third.length <= 2;
  // 26-02-13 can be of 2013 or of 2026.
  const isYearLast = first.length <= 2 && (third.length === 4 || (third.length === 2 && separator !== "-"));
  if (!isYearFirst && !isYearLast) return undefined;
  const hours = half === undefined ? Number(hour ?? 0) : toHours(Number(hour), half);
  const offset = zone === undefined || /^[a-z]/i.test(zone) ? "Z" : zone.replace(/^([-+]\d\d)(\d\d)$/, "$1:$2");
  /** `T14:05:30+01:00` */
  const clock = `T${String(hours).padStart(2, "0")}:${minute}:${seconds}${offset}`;
  return { first, separator, second, third, clock };
}

/** 12 AM is midnight, and 12 PM noon; NaN for 13 PM. */
const toHours = (hour: number, half: string): number =>
  hour < 1 || hour > 12 ? Number.NaN : (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);

/** The order that the date itself proves; "either" if both are possible and different; undefined if it says nothing. */
function orderOf({ first, separator, second }: WrittenDate): DateOrder | "either" | undefined {
  if (first.length === 4) return undefined;
  if (Number(first) > 12) return "day-first";
  if (Number(second) > 12) return "month-first";
  // No country writes the month first with dots (Unicode CLDR, date formats).
  if (separator === ".") return "day-first";
  return first.padStart(2, "0") === second.padStart(2, "0") ? undefined : "either";
}

/** Excel's day numbers of the years 2000 to 2099: 1 is 1 January 1900, and it counts 29 February 1900, which never was. */
const [firstSerial, lastSerial] = [36_526, 73_050];
const serialOf1970 = 25_569;
const number = /^\d+(?:[.,]\d+)?$/;

const isSerial = (text: string): boolean => {
  const value = Number(text.replace(",", "."));
  return value >= firstSerial && value <= lastSerial;
};

/** Sees all times of a column first, because one of them can prove how the others are meant; then reads them. */
export class TimeColumn {
  private readonly proofs = new Map<DateOrder | "either", Proof>();
  private serials = 0;
  private numbers = 0;
  /** `chosen` is the order that the user named. */
  constructor(private readonly chosen?: DateOrder) {}

  observe(text: string, line: number): void {
    if (number.test(text)) {
      this.numbers++;
      if (isSerial(text)) this.serials++;
      return;
    }
    const date = takeApart(text);
    const order = date && orderOf(date);
    if (order !== undefined && !this.proofs.has(order)) this.proofs.set(order, { text, line });
  }

  /** Throws when the order of days and months is not certain; `at` names a line of the column. */
  requireOrder(at: (line: number) => string): void {
    if (this.chosen !== undefined) return;
    const day = this.proofs.get("day-first");
    const month = this.proofs.get("month-first");
    const either = this.proofs.get("either");
    const ask = "Say which: --time-format DD/MM/YYYY or --time-format MM/DD/YYYY";
    if (day !== undefined && month !== undefined) {
      throw new Error(
        `${at(month.line)}: ${JSON.stringify(month.text)} has the month first, but ${JSON.stringify(day.text)} in line ` +
          `${day.line} the day. Correct the file, so that all dates are written in one way.`,
      );
    }
    if (day === undefined && month === undefined && either !== undefined) {
      throw new Error(
        `${at(either.line)}: ${JSON.stringify(either.text)} can have the day or the month first, and no date of the ` +
          `column shows which it is.\n  ${ask}`,
      );
    }
  }

  private get order(): DateOrder {
    return this.chosen ?? (this.proofs.has("month-first") ? "month-first" : "day-first");
  }

  private get hasSerials(): boolean {
    return this.numbers > 0 && this.serials === this.numbers;
  }

  /** Tells the user how the times were read; undefined for numbers of seconds and ISO dates. */
  get description(): string | undefined {
    if (this.proofs.size > 0) return this.order === "day-first" ? "day first" : "month first";
    return this.hasSerials ? "Excel's day numbers" : undefined;
  }

  /** The whole seconds since 1970, in UTC where the text has no offset. Undefined for a text that is no time. */
  read(text: string): number | undefined {
    if (this.hasSerials && number.test(text)) {
      return Math.round((Number(text.replace(",", ".")) - serialOf1970) * 86_400);
    }
    return toEpochSeconds(text) ?? this.readWritten(text);
  }

  private readWritten(text: string): number | undefined {
    const date = takeApart(text);
    if (date === undefined) return undefined;
    const { first, second, third, clock } = date;
    const [year, month, day] =
      first.length === 4
        ? [first, second, third]
        : this.order === "day-first"
          ? [third, second, first]
          : [third, first, second];
    // As in Excel and POSIX: 68 and less are after 2000.
    const century = year.length === 4 ? "" : Number(year) < 69 ? "20" : "19";
    const iso = `${century}${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    const milliseconds = isDay(iso) ? Date.parse(`${iso}${clock}`) : Number.NaN;
    return Number.isNaN(milliseconds) || milliseconds < 0 ? undefined : Math.floor(milliseconds / 1000);
  }
}
