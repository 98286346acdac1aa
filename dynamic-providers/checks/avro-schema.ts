/** A column of a schema. */
interface Field {
  name: string;
  type: string | string[];
  categorical?: boolean;
  textual?: boolean;
}

/** The columns of a type of dataset, and how many others it may have. */
interface Columns {
  required: Record<string, string>;
  reserved: Record<string, string>;
  most: number;
}

/**
 * Checks the JSON text of an Avro schema by the guide's pages "Datasets and schemas" and "Endpoints
 * and quotas".
 */
export function checkAvroSchema(value: unknown): string[] {
  const events = { EVENT_TYPE: "string", EVENT_VALUE: "float", IMPRESSION: "string", RECOMMENDATION_ID: "string" };
  const interactions = { USER_ID: "string", ITEM_ID: "string", TIMESTAMP: "long" };
  const types = new Map<unknown, Columns>([
    ["Interactions", { required: interactions, reserved: { ...events, EVENT_ATTRIBUTION_SOURCE: "string" }, most: 5 }],
    ["Items", { required: { ITEM_ID: "string" }, reserved: { CREATION_TIMESTAMP: "long" }, most: 100 }],
    ["Users", { required: { USER_ID: "string" }, reserved: {}, most: 25 }],
  ]);
  const simple = ["string", "long", "int", "float", "double", "boolean", "null"];
  if (typeof value !== "string" || value.length > 20_000) {
    return ["Give the schema as JSON text of at most 20,000 characters."];
  }
  let record: { type?: unknown; name?: unknown; namespace?: unknown; version?: unknown; fields?: unknown };
  try {
    record = JSON.parse(value);
  } catch (error) {
    return [`The text is not JSON: ${(error as Error).message}.`];
  }
  const columns = types.get(record?.name);
  const fields = (Array.isArray(record?.fields) ? record.fields : []) as Partial<Field>[];
  const problems: string[] = [];
  const requireRule = (passes: boolean, rule: string) => passes || problems.push(rule);
  requireRule(record?.type === "record", '`type` must be "record".');
  requireRule(columns !== undefined, "`name` must be Interactions, Items or Users: the type of the dataset.");
  requireRule(
    record?.namespace === "com.amazonaws.personalize.schema",
    '`namespace` must be "com.amazonaws.personalize.schema".',
  );
  requireRule(record?.version === "1.0", '`version` must be "1.0".');
  requireRule(fields.length > 0, "`fields` must list the columns.");
  const seen = new Map<string, string>();
  for (const { name, type } of fields) {
    const bare = String(name).replaceAll("_", "").toLowerCase();
    const types = Array.isArray(type) ? type : [type];
    requireRule(/^[A-Za-z][A-Za-z0-9_]*$/.test(String(name)), `Column ${name}: give letters, digits and underscores.`);
    requireRule(
      !seen.has(bare),
      `Column ${name} conflicts with ${seen.get(bare)}: names must differ in more than underscores and case.`,
    );
    requireRule(
      types.every((each) => simple.includes(each as string)),
      `Column ${name}: the type must be one of ${simple.join(", ")}, or a union of one with null.`,
    );
    seen.set(bare, String(name));
  }
  if (!columns) return problems;
  const { required, reserved, most } = columns;
  for (const [name, type] of Object.entries(required)) {
    requireRule(
      fields.some((field) => field.name === name && field.type === type),
      `Column ${name} of type ${type} is required.`,
    );
  }
  for (const { name = "", type } of fields) {
    const wanted = Object.entries(reserved).find(([each]) => each === name)?.[1];
    requireRule(wanted === undefined || [type].flat().includes(wanted), `Column ${name} must be of type ${wanted}.`);
  }
  requireRule(
    record?.name !== "Interactions" || fields.every(({ name, categorical }) => name !== "EVENT_TYPE" || !categorical),
    "Column EVENT_TYPE must not be categorical.",
  );
  const known = [required, reserved].flatMap((each) => Object.keys(each));
  const others = fields.filter(({ name = "" }) => !known.includes(name)).length;
  const least = record?.name === "Interactions" ? 0 : 1;
  requireRule(others >= least, `${record?.name} needs at least one column in addition to ${known.join(" and ")}.`);
  requireRule(
    others <= most,
    `${record?.name} has ${others} columns in addition to ${known.join(", ")}; the quota is ${most}.`,
  );
  const textual = fields.filter((field) => field.textual).length;
  const mostTextual = record?.name === "Items" ? 1 : 0;
  requireRule(textual <= mostTextual, `${record?.name} has ${textual} textual columns; the quota is ${mostTextual}.`);
  return problems;
}

/**
 * Returns why a dataset cannot change from the old schema to the new one. UpdateDataset supports
 * only Items and Users; every old column must stay as it is, and a new one must allow null (guide:
 * "Replacing a dataset's schema").
 */
export function checkSchemaChange(before: string, after: string): string[] {
  const parsed = [before, after].map((text) => JSON.parse(text) as { name: string; fields: Field[] });
  const [old, next] = parsed;
  if (!old || !next) return [];
  const meaning = ({ name, type, categorical = false, textual = false }: Field) =>
    JSON.stringify([name, type, categorical, textual]);
  const has = (fields: Field[], field: Field) => fields.some((each) => meaning(each) === meaning(field));
  const lost = old.fields.filter((field) => !has(next.fields, field));
  const added = next.fields.filter((field) => !old.fields.some(({ name }) => name === field.name));
  const remedy = "To start again without the data, give the Schema and the Dataset other resource names.";
  if (old.name !== next.name) return [`\`name\` cannot change from ${old.name} to ${next.name}. ${remedy}`];
  if (lost.length + added.length > 0 && old.name === "Interactions") {
    return [`The service never replaces the schema of an Interactions dataset. ${remedy}`];
  }
  return [
    ...lost.map(({ name }) => `Column ${name} must stay as it is, because the dataset contains data. ${remedy}`),
    ...added
      .filter(({ type }) => !Array.isArray(type) || !type.includes("null"))
      .map(({ name }) => `New column ${name} must allow null, because existing rows have no value for it.`),
  ];
}
