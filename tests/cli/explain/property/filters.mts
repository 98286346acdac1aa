// Filters as the guide has them ("Filter expressions", "Filter expression examples"), apart from
// the program's parser and judge: a filter is drawn as a tree, written as a text, and judged here.
import fc from "fast-check";

export type Columns = Readonly<Record<string, string | number>>;
type Operator = "IN" | "NOT IN" | "=" | "!=" | "<" | "<=" | ">" | ">=";

interface Test {
  readonly of: "Items" | "CurrentUser" | "Interactions";
  readonly column: string;
  readonly operator: Operator;
  readonly values:
    | readonly (string | number)[]
    | "*"
    | { readonly currentItem: string }
    | { readonly parameter: string };
}

export interface Clause {
  readonly mode: "INCLUDE" | "EXCLUDE";
  /** One must be true, of each all tests: AND binds tighter than OR. */
  readonly where: readonly (readonly Test[])[];
  readonly when: readonly Test[];
}

const text = fc.constantFrom("a", "b", "c");
const number = fc.constantFrom(1, 2, 3);
const cell = fc.oneof(text, fc.constantFrom("a|b", "b|c"));
export const columns: fc.Arbitrary<Columns> = fc
  .record(
    { KIND: cell, OTHER: cell, PRICE: number, OLD: number, STATUS: fc.constantFrom("available", "unavailable") },
    { requiredKeys: [] },
  )
  .map((drawn) => ({ ...drawn }));

const comparison = fc.constantFrom<Operator>("=", "!=", "<", "<=", ">", ">=");
const membership = fc.constantFrom<Operator>("IN", "NOT IN");
const equality = fc.constantFrom<Operator>("=", "!=");
const some = <T,>(each: fc.Arbitrary<T>) => fc.uniqueArray(each, { minLength: 1, maxLength: 2 });
const test = (
  of: Test["of"],
  column: fc.Arbitrary<string>,
  operator: fc.Arbitrary<Operator>,
  values: fc.Arbitrary<Test["values"]>,
) => fc.record({ of: fc.constant(of), column, operator, values });
const one = <T extends string | number>(each: fc.Arbitrary<T>) => each.map((value) => [value]);
const kind = fc.constantFrom("KIND", "OTHER");
const price = fc.constantFrom("PRICE", "OLD");
const ofColumns = (of: "Items" | "CurrentUser") => [
  test(of, kind, membership, some(text)),
  test(of, kind, equality, one(text)),
  test(of, price, comparison, one(number)),
];
const currentItem = (column: fc.Arbitrary<string>) => column.map((name) => ({ currentItem: name }));
const ofItems = fc.oneof(
  ...ofColumns("Items"),
  test("Items", kind, fc.oneof(membership, equality), currentItem(kind)),
  test("Items", price, comparison, currentItem(price)),
  test("Items", kind, fc.constant<Operator>("IN"), fc.constant({ parameter: "KINDS" })),
  test("Items", fc.constant("STATUS"), fc.constantFrom<Operator>("IN", "="), fc.constant(["unavailable"])),
);
const type = fc.constantFrom("view", "Buy");
const ofEvents = fc.oneof(
  test("Interactions", fc.constant("EVENT_TYPE"), membership, fc.oneof(some(type), fc.constant("*" as const))),
  test("Interactions", fc.constant("EVENT_TYPE"), equality, one(type)),
);
const conditions = (each: fc.Arbitrary<Test>) =>
  fc.array(fc.array(each, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 });
export const clause: fc.Arbitrary<Clause> = fc.record({
  mode: fc.constantFrom("INCLUDE", "EXCLUDE"),
  where: fc.oneof(conditions(ofItems), conditions(ofEvents)),
  when: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.oneof(...ofColumns("CurrentUser")), { minLength: 1, maxLength: 2 }) },
  ),
});

/** What a promotion may have: clauses without parameters. */
export const promoted = clause.map((each) => ({
  ...each,
  mode: "INCLUDE" as const,
  where: each.where.map((tests) =>
    tests.filter(({ values }) => typeof values !== "object" || !("parameter" in values)),
  ),
}));

export const availability: Clause = {
  mode: "EXCLUDE",
  where: [[{ of: "Items", column: "STATUS", operator: "IN", values: ["unavailable"] }]],
  when: [],
};

export const hasParameter = (clauses: readonly Clause[]): boolean =>
  clauses.some(({ where }) => where.flat().some(({ values }) => typeof values === "object" && "parameter" in values));

export const writeFilter = (clauses: readonly Clause[]): string => clauses.map(writeClause).join(" | ");

function writeClause({ mode, where, when }: Clause): string {
  const condition = where.map((tests) => tests.map(writeTest).join(" AND ")).join(" OR ");
  return `${mode} ItemID WHERE ${condition}${when.length > 0 ? ` IF ${when.map(writeTest).join(" AND ")}` : ""}`;
}

function writeTest({ of, column, operator, values }: Test): string {
  const isList = operator === "IN" || operator === "NOT IN";
  const write = (value: string | number) => (typeof value === "number" ? String(value) : `"${value}"`);
  const inBrackets = (all: string) => (isList ? `(${all})` : all);
  const right =
    values === "*"
      ? "(*)"
      : "currentItem" in values
        ? `CurrentItem.${values.currentItem}`
        : "parameter" in values
          ? `($${values.parameter})`
          : inBrackets(values.map(write).join(", "));
  return `${of}.${column} ${operator} ${right}`;
}

/** What a filter reads. `types` are those of the visitor's events with the item, in lower case. */
export interface Subject {
  readonly item: Columns;
  readonly user: Columns;
  readonly currentItem: Columns;
  readonly types: ReadonlySet<string>;
  readonly kinds: readonly string[];
  /** The service's answer where the guide leaves it open. */
  readonly open: boolean;
}

const textsOf = (columns: Columns, name: string): string[] => {
  const value = columns[name];
  return value === undefined ? [] : String(value).split("|");
};

const askedOf = ({ values }: Test, { currentItem, kinds }: Subject): readonly string[] | "*" =>
  values === "*"
    ? "*"
    : "currentItem" in values
      ? textsOf(currentItem, values.currentItem)
      : "parameter" in values
        ? kinds
        : values.map(String);

/** The guide says what a test is: undefined where it does not. */
function settled(test: Test, subject: Subject): boolean | undefined {
  const { of, column, operator, values } = test;
  const asked = askedOf(test, subject);
  const isNegated = operator === "NOT IN" || operator === "!=";
  if (of === "Interactions") {
    if (operator === "!=" && subject.types.size === 0) return undefined;
    const isFound =
      asked === "*" ? subject.types.size > 0 : asked.some((each) => subject.types.has(each.toLowerCase()));
    return isFound !== isNegated;
  }
  const own = textsOf(of === "Items" ? subject.item : subject.user, column);
  if (typeof values === "object" && "currentItem" in values && asked.length === 0) return undefined;
  if (operator === "IN" || operator === "NOT IN") return own.some((each) => asked.includes(each)) !== isNegated;
  if (own.length > 1 || asked.length > 1) return undefined;
  const left = own[0];
  const right = asked[0];
  if (left === undefined) return operator === "!=" ? undefined : false;
  if (operator === "=" || operator === "!=") return (left === right) !== isNegated;
  const difference = Number(left) - Number(right);
  if (operator === "<") return difference < 0;
  if (operator === "<=") return difference <= 0;
  return operator === ">" ? difference > 0 : difference >= 0;
}

const isTrue = (test: Test, subject: Subject): boolean => settled(test, subject) ?? subject.open;

/** The guide leaves a test of the filter open for this item. */
export const isOpen = (clauses: readonly Clause[], subject: Subject): boolean =>
  clauses.some(({ where, when }) => [...where.flat(), ...when].some((test) => settled(test, subject) === undefined));

export type Kind = "item-unavailable" | "removed-by-filter" | "already-seen";

/**
 * The kinds of reasons for which a filter removes an item: none where it passes. An EXCLUDE of two
 * conditions may have two.
 */
export function listRemovals(clauses: readonly Clause[], subject: Subject): Set<Kind> {
  const kinds = new Set<Kind>();
  const all = (tests: readonly Test[]) => tests.every((test) => isTrue(test, subject));
  const applying = clauses.filter(({ when }) => all(when));
  const includes = applying.filter(({ mode }) => mode === "INCLUDE");
  if (includes.length > 0 && !includes.some(({ where }) => where.some(all))) kinds.add("removed-by-filter");
  for (const { mode, where } of applying) {
    if (mode === "EXCLUDE") for (const tests of where.filter(all)) kinds.add(toKind(tests));
  }
  return kinds;
}

function toKind(tests: readonly Test[]): Kind {
  const isPositive = ({ operator }: Test) => operator === "IN" || operator === "=";
  if (tests.some((test) => test.column === "STATUS" && isPositive(test))) return "item-unavailable";
  return tests.some((test) => test.of === "Interactions" && isPositive(test)) ? "already-seen" : "removed-by-filter";
}

export const passes = (clauses: readonly Clause[], subject: Subject): boolean =>
  listRemovals(clauses, subject).size === 0;
