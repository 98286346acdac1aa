import type { Domain } from "@aws-sdk/client-personalize";
import avro from "avsc";
import { notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { invalidInput } from "../faults";
import { type DatasetType, type FieldType, findRules, type TypeRules } from "./schema-rules";

/** One column of a dataset. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  readonly categorical: boolean;
  readonly textual: boolean;
}

export interface DatasetSchema {
  readonly datasetType: DatasetType;
  readonly fields: readonly Field[];
}

const namespace = "com.amazonaws.personalize.schema";
const fieldTypes: readonly string[] = ["string", "int", "long", "float", "double", "boolean"];

/**
 * Reads the text of a schema, of a domain or of custom dataset groups. Throws InvalidInputException
 * that names the field and the rule.
 */
export function readSchema(text: string, domain?: Domain): DatasetSchema {
  const record = parse(text);
  const name = String(record.name ?? "");
  if (name === "Actions" || name === "Action_Interactions") throw notImplemented(`personalize: schemas of ${name}`);
  const rule = findRules(name, domain);
  if (!rule) throw refuse(`name is "${name}"; it must be Interactions, Items or Users`);
  if (record.type !== "record") throw refuse(`type is ${JSON.stringify(record.type)}; it must be "record"`);
  if (record.namespace !== namespace) throw refuse(`namespace must be "${namespace}"`);
  if (record.version !== "1.0") throw refuse('version must be "1.0"');
  if (!Array.isArray(record.fields)) throw refuse("fields must be a list");
  const fields = record.fields.map((field, index) => readField(field, index));
  refuseClashes(fields);
  refuseWrongColumns(fields, rule);
  asAvro(record);
  return { datasetType: rule.datasetType, fields };
}

const refuse = (reason: string) => invalidInput(`Invalid schema: ${reason}.`);

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw refuse(`it is not JSON (${(error as Error).message})`);
  }
  throw refuse("it is not a JSON object");
}

/** Refuses what is not Avro, by Avro's own reader: names, defaults, unions. */
function asAvro(record: Record<string, unknown>): void {
  try {
    avro.Type.forSchema(record as unknown as avro.Schema);
  } catch (error) {
    throw refuse(`it is not an Avro schema (${(error as Error).message})`);
  }
}

function readField(value: unknown, index: number): Field {
  const field = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const { name } = field;
  if (typeof name !== "string" || !/^[A-Za-z_][A-Za-z\d_]*$/.test(name)) {
    throw refuse(`field ${index + 1} has no name of letters, digits and underscores`);
  }
  const union = Array.isArray(field.type) ? field.type : [field.type];
  const types = union.filter((type) => type !== "null");
  const [type] = types;
  if (types.length !== 1 || typeof type !== "string" || !fieldTypes.includes(type)) {
    throw refuse(
      `${name} has the type ${JSON.stringify(field.type)}; it must be one of ${fieldTypes.join(", ")}, alone or in a union with null`,
    );
  }
  const flag = (key: string) => {
    const given = ownValue(field, key);
    if (given !== undefined && typeof given !== "boolean") throw refuse(`${name}: ${key} must be true or false`);
    return given === true;
  };
  const categorical = flag("categorical");
  const textual = flag("textual");
  if ((categorical || textual) && type !== "string") throw refuse(`${name}: only a string is categorical or textual`);
  if (categorical && textual) throw refuse(`${name} is either categorical or textual`);
  return { name, type: type as FieldType, nullable: union.includes("null"), categorical, textual };
}

/** `GENRES_FIELD_1` and `GENRESFIELD1` are one name to the service (guide, "Schemas"). */
function refuseClashes(fields: readonly Field[]): void {
  const names = new Map<string, string>();
  for (const { name } of fields) {
    const bare = name.replaceAll("_", "").toLowerCase();
    const other = names.get(bare);
    if (other !== undefined) throw refuse(`the fields ${other} and ${name} have the same name but for underscores`);
    names.set(bare, name);
  }
}

function refuseWrongColumns(fields: readonly Field[], rule: TypeRules): void {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const missing = Object.keys(rule.required).filter((name) => !byName.has(name));
  if (missing.length > 0) throw refuse(`the required fields ${missing.join(", ")} are missing`);
  for (const [name, { type, attribute }] of Object.entries(rule.required)) {
    const field = byName.get(name);
    if (field?.type !== type || field.nullable) throw refuse(`${name} must have the type "${type}"`);
    if (attribute && !field[attribute]) throw refuse(`${name} must be ${attribute}`);
  }
  for (const [name, { type, attribute }] of Object.entries(rule.reserved)) {
    const field = byName.get(name);
    if (field && field.type !== type) throw refuse(`${name} is reserved and must have the type "${type}"`);
    if (field && attribute && !field[attribute]) throw refuse(`${name} is reserved and must be ${attribute}`);
  }
  if (byName.get("EVENT_TYPE")?.categorical && rule.datasetType === "INTERACTIONS") {
    throw refuse("EVENT_TYPE must not be categorical");
  }
  const metadata = fields.filter(
    ({ name }) => !Object.hasOwn(rule.required, name) && !Object.hasOwn(rule.reserved, name),
  );
  if (metadata.length < rule.minMetadata) throw refuse("it needs one metadata field at least");
  if (metadata.length > rule.maxMetadata) {
    throw refuse(`it has ${metadata.length} metadata fields; the quota is ${rule.maxMetadata}`);
  }
  const textual = fields.filter((field) => field.textual);
  if (textual.length > 0 && rule.datasetType !== "ITEMS") throw refuse(`${textual[0]?.name}: only Items have text`);
  if (textual.length > 1) throw refuse("it has more than one textual field; the quota is 1");
}
