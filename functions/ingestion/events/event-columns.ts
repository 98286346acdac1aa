// The columns of the Interactions schema, and what fills them: a member of an event, or its
// context.
import { suggest } from "../../../names/near-names";
import {
  allowsNull,
  type Columns,
  type ColumnValue,
  type Field,
  findField,
  readValue,
  toCamelCase,
  toColumnKey,
  toProperties,
} from "../../../values/columns";

/** A context as a producer sends it. */
export type Context = Readonly<Record<string, string | number | boolean | null>>;

/** A fault, and the column that it is about; none for the context as a whole. */
export interface ColumnProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * The columns that the service reserves (guide, "Schemas"), and the fields of an event that fill
 * them.
 */
const reserved = [
  ["USER_ID", "userId"],
  ["ITEM_ID", "itemId"],
  ["TIMESTAMP", "timestamp"],
  ["EVENT_TYPE", "eventType"],
  ["EVENT_VALUE", "eventValue"],
  ["RECOMMENDATION_ID", "recommendationId"],
  ["IMPRESSION", "impression"],
] as const;
type Member = (typeof reserved)[number][1];

/** Reserved as well, but events have no field for it. */
const attributionColumn = "EVENT_ATTRIBUTION_SOURCE";

/**
 * Returns true for a column that the service gives a meaning; the others are contextual metadata
 * (guide, "Schemas").
 */
export const isReservedColumn = (column: string): boolean =>
  column === attributionColumn || reserved.some(([name]) => name === column);

/** Names that `properties` must not contain, in upper or lower case (API reference, Event). */
const forbidden = ["userid", "sessionid", "eventtype", "timestamp", "recommendationid", "impression"];

/** Members of the event: in `properties` they would be given twice. */
const members = ["itemid", "eventvalue"];

/**
 * The longest name of a column in a request's context (model of personalize-runtime,
 * AttributeName).
 */
const longestName = 150;

/** The longest `properties` (model of personalize-events, EventPropertiesJSON). */
const longestProperties = 1024;

const memberOf = ({ name }: Field): Member | undefined =>
  reserved.find(([column]) => column === toColumnKey(name))?.[1];

/** Returns why events cannot fill a column; undefined when they can. */
export function describeUnfillable(field: Field): string | undefined {
  const { name, type } = field;
  if (memberOf(field) !== undefined) return undefined;
  if (toColumnKey(name) === attributionColumn) return "events have no field for it";
  const property = toCamelCase(name);
  if ([...forbidden, ...members].includes(property.toLowerCase())) {
    return `PutEvents does not allow the name ${property} for a property`;
  }
  if (name.length > longestName) return `its name is longer than ${longestName} characters`;
  const types = [type].flat().filter((each) => each !== "null");
  return types.length === 1 ? undefined : "its type must be one type, alone or in a union with null";
}

/** The columns that an event's context fills. */
const contextFields = (fields: readonly Field[]): Field[] =>
  fields.filter((field) => memberOf(field) === undefined && describeUnfillable(field) === undefined);

/**
 * Reads a context: the values by the schema's names, without nulls. A problem repeats names of
 * columns, and no value.
 */
export function readContext(
  context: Context,
  fields: readonly Field[],
  report: (problem: ColumnProblem) => void,
): Columns {
  const own = contextFields(fields);
  const columns: Record<string, ColumnValue> = {};
  for (const [name, value] of Object.entries(context)) {
    const field = findField(own, name);
    const read = field && value !== null ? readValue(field, value) : undefined;
    if (!field) report(describeUnknown(name, fields));
    else if (Object.hasOwn(columns, field.name)) report({ path: [field.name], message: "is given twice" });
    else if (read && "reason" in read) report({ path: [field.name], message: read.reason });
    else if (read) columns[field.name] = read.value;
  }
  const { length } = toProperties(columns);
  if (length > longestProperties) {
    report({ path: [], message: `has ${length} characters as JSON; PutEvents takes ${longestProperties}` });
  }
  return columns;
}

/**
 * A name in the form of a column is the producer's; another key may have a visitor's data in it,
 * and is not repeated.
 */
export const isColumnName = (name: string): boolean => /^[A-Z][A-Z0-9_]{0,63}$/.test(name);

function describeUnknown(name: string, fields: readonly Field[]): ColumnProblem {
  const own = contextFields(fields).map((field) => field.name);
  const known = own.length === 0 ? "they have none that a context fills" : `they have ${own.join(", ")}`;
  if (!isColumnName(name)) {
    return { path: [], message: `has a name that is not a column of this stack's interactions; ${known}` };
  }
  const field = findField(fields, name);
  const member = field && memberOf(field);
  if (member !== undefined) return { path: [name], message: `is the event's field ${member}` };
  const reason = field && describeUnfillable(field);
  if (reason !== undefined) return { path: [name], message: `cannot be sent: ${reason}` };
  return { path: [name], message: `is not a column of this stack's interactions; ${known}${suggest(name, own)}` };
}

/** The fields of an event that fill columns. */
export type FilledEvent = { readonly [M in Member]?: unknown } & { readonly context?: Columns | undefined };

/**
 * Returns the columns that must have a value and have none. The guide ("Schemas") lets a column
 * have no value only when its type includes null.
 */
export function findMissingColumns(event: FilledEvent, fields: readonly Field[]): ColumnProblem[] {
  const message = "is missing; the interactions of this stack require it";
  return fields
    .filter((field) => !allowsNull(field))
    .flatMap((field): ColumnProblem[] => {
      const member = memberOf(field);
      // A visitor without a user id is known by the session, and a missing time is the record's
      // arrival.
      if (member === "userId" || member === "itemId" || member === "timestamp") return [];
      if (member !== undefined) return hasValue(event[member]) ? [] : [{ path: [member], message }];
      const { context = {} } = event;
      return Object.hasOwn(context, field.name) ? [] : [{ path: ["context", field.name], message }];
    });
}

const hasValue = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
