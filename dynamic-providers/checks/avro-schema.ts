/** A column of a schema. */
interface Field {
  name: string;
  type: string | string[];
  categorical?: boolean;
  textual?: boolean;
}

/** Checks the JSON text of an Avro schema by the rules of the guide's page on datasets and schemas. */
export function checkAvroSchema(value: unknown): string[] {
  const required = new Map<unknown, Record<string, string>>([
    ["Interactions", { USER_ID: "string", ITEM_ID: "string", TIMESTAMP: "long" }],
    ["Items", { ITEM_ID: "string" }],
    ["Users", { USER_ID: "string" }],
  ]);
  const simple = ["string", "long", "int", "float", "double", "boolean", "null"];
  if (typeof value !== "string" || value.length > 20_000)
    return ["Give the schema as JSON text of at most 20,000 characters."];
  let record: { type?: unknown; name?: unknown; namespace?: unknown; version?: unknown; fields?: unknown };
  try {
    record = JSON.parse(value);
  } catch (error) {
    return [`The text is not JSON: ${(error as Error).message}.`];
  }
  const needed = required.get(record?.name);
  const fields = (Array.isArray(record?.fields) ? record.fields : []) as Partial<Field>[];
  const problems: string[] = [];
  const requireRule = (passes: boolean, rule: string) => passes || problems.push(rule);
  requireRule(record?.type === "record", '`type` must be "record".');
  requireRule(needed !== undefined, "`name` must be Interactions, Items or Users: the type of the dataset.");
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
  for (const [name, type] of Object.entries(needed ?? {})) {
    requireRule(
      fields.some((field) => field.name === name && field.type === type),
      `Column ${name} of type ${type} is required.`,
    );
  }
  const alone =
    record?.name !== "Interactions" && needed && fields.every(({ name = "" }) => Object.hasOwn(needed, name));
  requireRule(!alone, `${record?.name} needs at least one column in addition to ${Object.keys(needed ?? {})[0]}.`);
  return problems;
}

/**
 * Returns why a dataset cannot change from the old schema to the new one. UpdateDataset supports only Items and Users;
 * every old column must stay as it is, and a new one must allow null (guide: "Replacing a dataset's schema").
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
