import { expect, test } from "vitest";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { schemaKind } from "../../dynamic-providers/schema.ts";
import { arns, common, createException, createNotFound, describeTags, ownerTags, scriptService } from "./scripted.mts";
import { active, created, creating, described, filterOf, inputs, none, present } from "./scripted-filter.mts";

const withProvider = { ...inputs, __provider: "exports.handler = …" };

test("adopting brings the tags in line with the inputs", async () => {
  const service = scriptService({
    listFilters: [await present()],
    listTagsForResource: [describeTags({ ...ownerTags, old: "x", "aws:cloudformation:stack": "kept" })],
    describeFilter: [active],
    tagResource: [{}],
    untagResource: [{}],
  });

  await filterOf(service).create({ ...inputs, tags: { team: "pets" } });

  expect(service.inputs("untagResource")).toEqual([{ resourceArn: arns.filter, tagKeys: ["old"] }]);
  expect(service.inputs("tagResource")).toEqual([{ resourceArn: arns.filter, ...describeTags({ team: "pets" }) }]);
});

test("refuses a resource of another stack, with its owner and the remedies", async () => {
  const service = scriptService({
    listFilters: [await present()],
    listTagsForResource: [describeTags({ ...ownerTags, "pulumi:stack": "prod" })],
    describeFilter: [active],
  });

  await expect(filterOf(service).create(inputs)).rejects.toThrow(
    `Filter "pets": ${arns.filter} exists and does not belong to this stack (pulumi:stack is prod). Give the resource another ` +
      "`name`, or delete the existing one.",
  );
});

test("resumes a resource without tags only if its content is the same", async () => {
  const text = '{"type":"record"}';
  const schema = { ...common, schema: text };
  const first = scriptService({
    listSchemas: [{ schemas: [] }],
    createSchema: [{ schemaArn: arns.schema }],
    describeSchema: [{ schema: { schema: text } }],
  });
  const { outs } = await createProvider(schemaKind, first.open).create(schema);
  const listed = { schemas: [{ name: outs.physicalName, schemaArn: arns.schema }] };

  const same = scriptService({
    listSchemas: [listed],
    describeSchema: [{ schema: { schema: '{ "type": "record" }' } }],
  });
  expect((await createProvider(schemaKind, same.open).create(schema)).id).toBe(arns.schema);

  const other = scriptService({ listSchemas: [listed], describeSchema: [{ schema: { schema: "{}" } }] });
  await expect(createProvider(schemaKind, other.open).create(schema)).rejects.toThrow(
    "does not belong to this stack (other content)",
  );
});

test("deletes and creates again what failed in an interrupted run", async () => {
  const service = scriptService({
    listFilters: [await present()],
    listTagsForResource: [describeTags(ownerTags)],
    describeFilter: [described("CREATE FAILED"), described("CREATE FAILED"), createNotFound(), active],
    deleteFilter: [{}],
    createFilter: [created],
  });

  await filterOf(service).create(inputs);

  expect(service.operations().filter((name) => /^(delete|create)/.test(name))).toEqual([
    "deleteFilter",
    "createFilter",
  ]);
});

test("a name that is being deleted is waited for", async () => {
  const service = scriptService({
    listFilters: [await present()],
    listTagsForResource: [describeTags(ownerTags)],
    describeFilter: [described("DELETE IN_PROGRESS"), described("DELETE IN_PROGRESS"), createNotFound(), active],
    createFilter: [created],
  });

  await filterOf(service).create(inputs);

  expect(service.operations()).not.toContain("deleteFilter");
  expect(service.operations()).toContain("createFilter");
});

test("an outdated list does not cause a second creation", async () => {
  const service = scriptService({
    listFilters: [none, await present()],
    createFilter: [createException("ResourceAlreadyExistsException")],
    listTagsForResource: [describeTags(ownerTags)],
    describeFilter: [active],
  });

  expect((await filterOf(service).create(inputs)).id).toBe(arns.filter);
});

test("a name that is refused as taken, and not listed, is waited for, two minutes at most", async () => {
  const taken = createException("ResourceAlreadyExistsException");
  const script = (...createFilter: (object | Error)[]) =>
    scriptService({ listFilters: [none], createFilter, describeFilter: [active] });

  const freed = script(taken, taken, taken, created);
  expect((await filterOf(freed).create(inputs)).id).toBe(arns.filter);

  const kept = script(taken);
  const begun = kept.now();
  await expect(filterOf(kept).create(inputs)).rejects.toThrow(/CreateFilter \(.*\) was refused/);
  expect(kept.now() - begun).toBeGreaterThanOrEqual(120_000);
  expect(kept.now() - begun).toBeLessThan(160_000);
});

test("all pages of the service's list are searched", async () => {
  const service = scriptService({
    listFilters: [{ Filters: [{ name: "another" }], nextToken: "2" }, await present()],
    listTagsForResource: [describeTags(ownerTags)],
    describeFilter: [active],
  });

  await filterOf(service).create(inputs);

  expect(service.inputs("listFilters")).toEqual([
    { datasetGroupArn: arns.group, nextToken: undefined },
    { datasetGroupArn: arns.group, nextToken: "2" },
  ]);
});

test.each([
  ["a parent that is busy", createException("ResourceInUseException")],
  ["a request rate", createException("LimitExceededException", "Rate exceeded")],
  [
    "too many jobs at once",
    createException("LimitExceededException", "More than 5 resources with PENDING or IN_PROGRESS status"),
  ],
  ["a parent made a moment ago", createException("ResourceNotFoundException")],
  ["a role that IAM has not spread yet", createException("InvalidInputException", "The role cannot be assumed.")],
])("creation waits for %s", async (_what, refusal) => {
  const service = scriptService({
    listFilters: [none],
    createFilter: [refusal, refusal, refusal, created],
    describeFilter: [active],
  });

  await filterOf(service).create(inputs);

  expect(service.inputs("createFilter")).toHaveLength(4);
});

test.each([
  [
    "a quota",
    createException("LimitExceededException", "You have reached 30 filters."),
    "Delete what is no longer needed",
  ],
  [
    "an invalid input",
    createException("InvalidInputException", "Invalid Expression."),
    "Correct the input that the service names",
  ],
  ["a missing right", createException("AccessDeniedException", "No."), "Allow the action to the credentials"],
  ["an expired session", createException("ExpiredTokenException", "No."), "Renew the credentials"],
])("creation does not retry %s, and the error says what to do", async (_what, refusal, remedy) => {
  const service = scriptService({ listFilters: [none], createFilter: [refusal] });

  const failure = filterOf(service).create(inputs);

  await expect(failure).rejects.toThrow(`Amazon Personalize returned: ${refusal.name}: ${refusal.message} ${remedy}`);
  await expect(failure).rejects.not.toHaveProperty("id");
  expect(service.inputs("createFilter")).toHaveLength(1);
});

test("a parent that stays unknown is reported after half a minute, not at the deadline", async () => {
  const service = scriptService({ listFilters: [none], createFilter: [createNotFound()] });
  const began = service.now();

  await expect(filterOf(service).create(inputs)).rejects.toThrow("ResourceNotFoundException");

  expect(service.now() - began).toBeLessThan(60_000);
});

test("credentials that expire while waiting lose nothing", async () => {
  const service = creating(
    described("CREATE PENDING"),
    createException("ExpiredTokenException", "The token has expired."),
  );

  await expect(filterOf(service).create(withProvider)).rejects.toMatchObject({
    id: arns.filter,
    properties: { unfinished: true, __provider: withProvider.__provider },
    reasons: [expect.stringContaining("ExpiredTokenException: The token has expired. Renew the credentials")],
  });
});

test("a failed creation that can be deleted fails initialisation, with the service's reason", async () => {
  const service = creating(described("CREATE FAILED", { failureReason: "Unknown column STATUS." }));

  await expect(filterOf(service).create(withProvider)).rejects.toMatchObject({
    id: arns.filter,
    message:
      `Filter "pets": CREATE FAILED after 0 s (${arns.filter}). Amazon Personalize returned: Unknown column STATUS. ` +
      "Fix the cause, then run `pulumi up` to create it again.",
  });
});

test("a resource that is not visible at once is waited for", async () => {
  const service = creating(createNotFound(), createNotFound(), active);

  expect((await filterOf(service).create(inputs)).id).toBe(arns.filter);
});
