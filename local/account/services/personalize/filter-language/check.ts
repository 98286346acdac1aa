import type { Field } from "../formats/avro-schema";
import { allTests, type Expression, type Property, type Test, testsOf, valuesOf } from "./syntax";
import { FilterSyntaxError } from "./syntax-error";

/** The columns of a dataset group; undefined for a dataset that it does not have. */
export interface Columns {
  readonly interactions: readonly Field[] | undefined;
  readonly items: readonly Field[] | undefined;
  readonly users: readonly Field[] | undefined;
}

/** The values that a request may give for a parameter. */
export interface ParameterKind {
  /** It is compared with a column of texts. */
  readonly isText: boolean;
  /** It is in the list of an IN, and not in a comparison. */
  readonly isList: boolean;
}

/** Describes the parameters of expressions that `checkFilter` has let pass, by name. */
export function describeParameters(
  expressions: readonly Expression[],
  columns: Columns,
): ReadonlyMap<string, ParameterKind> {
  const kinds = new Map<string, ParameterKind>();
  for (const test of allTests(expressions)) {
    const isText =
      findFields(test.property, columns)?.find(({ name }) => name === test.property.field)?.type === "string";
    const isList = test.kind === "membership";
    for (const value of valuesOf(test)) {
      if (value.kind !== "parameter") continue;
      const before = kinds.get(value.name);
      kinds.set(value.name, { isText: isText || before?.isText === true, isList: isList && before?.isList !== false });
    }
  }
  return kinds;
}

const findFields = ({ dataset }: Property, { interactions, items, users }: Columns) =>
  ({ Interactions: interactions, Items: items, CurrentUser: users })[dataset];

/**
 * Refuses what the grammar lets pass and the service or the group's schemas do not. Throws
 * FilterSyntaxError.
 */
export function checkFilter(text: string, expressions: readonly Expression[], columns: Columns): void {
  for (const { where, when } of expressions) {
    const tests = testsOf(where);
    const first = tests[0];
    const stranger = tests.find(({ property }) => property.dataset !== first?.property.dataset);
    if (stranger) {
      const problem = "one expression uses one dataset; join two expressions with |";
      throw new FilterSyntaxError(text, stranger.property.position, problem);
    }
    for (const test of [...tests, ...when]) checkTest(text, test, columns);
  }
}

function checkTest(text: string, test: Test, columns: Columns): void {
  const { property } = test;
  const fault = (problem: string, position = property.position) => new FilterSyntaxError(text, position, problem);
  const fields = findFields(property, columns);
  const dataset = property.dataset === "CurrentUser" ? "Users" : property.dataset;
  if (!fields) throw fault(`the dataset group has no ${dataset} dataset`);
  const field = fields.find(({ name }) => name === property.field);
  if (!field) throw fault(`the ${dataset} schema has no field ${property.field}`);
  if (property.dataset === "Interactions" && field.name !== "EVENT_TYPE") {
    throw fault("of Interactions only EVENT_TYPE can be used");
  }
  if (field.textual) throw fault(`${field.name} is textual; filters cannot use it`);
  if (field.type === "boolean") throw fault(`${field.name} is boolean; filters cannot use it`);
  checkValues(test, field, fault);
  for (const value of valuesOf(test)) {
    if (value.kind === "current item") {
      checkCurrentItem(value.field, field, test, columns, (problem) => fault(problem, value.position));
    }
  }
}

/** `CurrentItem` is compared with fields of Items, and its own field has the same kind of value. */
function checkCurrentItem(
  name: string,
  compared: Field,
  { property }: Test,
  { items }: Columns,
  fault: (problem: string) => Error,
): void {
  if (property.dataset !== "Items") throw fault("CurrentItem is compared with fields of Items only");
  const field = items?.find((one) => one.name === name);
  if (!field) throw fault(`the Items schema has no field ${name}`);
  if (field.textual || field.type === "boolean") throw fault(`filters cannot use ${name}: it is textual or boolean`);
  if ((field.type === "string") !== (compared.type === "string")) {
    throw fault(`${compared.name} and ${name} are not both texts or both numbers`);
  }
}

function checkValues(test: Test, field: Field, fault: (problem: string, position?: number) => Error): void {
  const isText = field.type === "string";
  for (const value of valuesOf(test)) {
    if (value.kind === "any" && (field.name !== "EVENT_TYPE" || test.kind !== "membership")) {
      throw fault("* means every event type and is allowed in IN and NOT IN only", value.position);
    }
    if (value.kind === "parameter" && test.kind === "membership" && test.negated) {
      throw fault("a $parameter cannot be used with NOT IN; turn INCLUDE into EXCLUDE or back", value.position);
    }
    if (value.kind === "number" && isText) {
      throw fault(`${field.name} is a text: write the value in quotes`, value.position);
    }
    if (value.kind === "text" && !isText) {
      throw fault(`${field.name} is a number: write the value without quotes`, value.position);
    }
  }
  if (test.kind === "comparison" && isText && test.operator !== "=" && test.operator !== "!=") {
    throw fault(`${field.name} is a text: ${test.operator} compares numbers only`);
  }
}
