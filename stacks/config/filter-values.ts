import { listTests, readClauses, type Test } from "../../dynamic-providers/checks/filter-expression";
import { findNear } from "../../names/near-names";
import { quoteValue } from "../../names/printable";
import { type CsvFile, placeOf } from "../../seed/import-files/csv-file";
import type { StackData } from "../../seed/import-files/read-data";

/** The texts that a filter can find in a column. */
interface KnownValues {
  readonly values: readonly string[];
  /** Begins a sentence about a text that is none of them. */
  readonly missing: string;
  /** No record can bring others. */
  readonly isComplete: boolean;
}

/**
 * Warns of texts in filters that no record has. Updates of items and users may bring other texts,
 * so that one that is missing there is named only when a row has one that is much like it: the
 * service compares them letter by letter. The types of events are those of the stack, in any case
 * (guide, "Filter expressions").
 */
export function warnOfFilterValues(data: StackData, filters: Readonly<Record<string, string>>): string[] {
  return Object.entries(filters).flatMap(([name, expression]) =>
    listTests(readClauses(expression) ?? []).flatMap((test) =>
      describeUnknown(test, listKnown(test, data)).map((text) => `recommender:filters.${name}: ${text}`),
    ),
  );
}

function describeUnknown({ values: asked }: Test, known: KnownValues | undefined): string[] {
  if (!known) return [];
  const { values, missing, isComplete } = known;
  const toComparable = (text: string) => (isComplete ? text.toLowerCase() : text);
  const comparable = new Set(values.map(toComparable));
  return asked.flatMap((value) => {
    if (value.kind !== "fixed" || !value.isQuoted || comparable.has(toComparable(value.text))) return [];
    const near = findNear(value.text, values);
    if (near === undefined && !isComplete) return [];
    return `${missing} ${quoteValue(value.text)}${near === undefined ? "" : `; did you mean ${quoteValue(near)}?`}`;
  });
}

function listKnown({ dataset, column }: Test, { items, users, eventTypes }: StackData): KnownValues | undefined {
  if (dataset === "interactions") {
    const isType = column.toUpperCase() === "EVENT_TYPE";
    return isType ? { values: eventTypes, missing: "no event type of this stack is", isComplete: true } : undefined;
  }
  const source = dataset === "items" ? items : users;
  const place = source ? placeOf(source.file, column) : -1;
  if (!source || place < 0) return undefined;
  const values = listValues(source.file, place);
  return { values, missing: `no row of ${source.from} has ${column}`, isComplete: false };
}

/** `a|b` are two values of a categorical column (guide, "Categorical data"). */
const listValues = ({ rows }: CsvFile, place: number): string[] => [
  ...new Set(rows.slice(1).flatMap((row) => row[place]?.split("|") ?? [])),
];
