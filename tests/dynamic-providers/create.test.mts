import { expect, test } from "vitest";
import { eventTrackerProviderOn } from "../../dynamic-providers/event-tracker.ts";
import { filterProviderOn } from "../../dynamic-providers/filter.ts";
import { schemaProviderOn } from "../../dynamic-providers/schema.ts";
import { solutionVersionProviderOn } from "../../dynamic-providers/solution-version.ts";
import { arns, common, exception, notFound, ownerTags, scripted, tagged } from "./scripted.mts";

// What all kinds share is shown on Filter, the plainest of them.
const inputs = {
  ...common,
  datasetGroupArn: arns.group,
  filterExpression: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")',
};
const physicalName = expect.stringMatching(/^pets-[0-9a-f]{8}$/);
const described = (status: string, more = {}) => ({ filter: { ...inputs, filterArn: arns.filter, status, ...more } });
const active = described("ACTIVE");
const none = { Filters: [] };
const created = { filterArn: arns.filter };
/** The service's list with the filter in it, under whatever name the provider is going to ask for. */
async function present() {
  const { open, inputs: asked } = scripted({ listFilters: [none], createFilter: [created], describeFilter: [active] });
  await filterProviderOn(open).create(inputs);
  return { Filters: [{ name: asked("createFilter")[0]?.name as string, filterArn: arns.filter }] };
}
const withProvider = { ...inputs, __provider: "exports.handler = …" };

test("a new resource is created once, with the stack's tags, and returned when it is ACTIVE", async () => {
  const service = scripted({
    listFilters: [none],
    createFilter: [created],
    describeFilter: [described("CREATE PENDING"), described("CREATE IN_PROGRESS"), active],
  });

  const result = await filterProviderOn(service.open).create({ ...inputs, tags: { team: "pets" } });

  expect(service.operations()).toEqual([
    "listFilters",
    "createFilter",
    "describeFilter",
    "describeFilter",
    "describeFilter",
  ]);
  expect(service.inputs("createFilter")).toEqual([
    {
      name: physicalName,
      datasetGroupArn: arns.group,
      filterExpression: inputs.filterExpression,
      tags: tagged({ team: "pets", ...ownerTags }).tags,
    },
  ]);
  expect(result).toEqual({
    id: arns.filter,
    outs: { ...inputs, tags: { team: "pets" }, arn: arns.filter, physicalName },
  });
});

test("what an interrupted run of this stack left is adopted, not created again", async () => {
  const service = scripted({
    listFilters: [await present()],
    listTagsForResource: [tagged(ownerTags)],
    describeFilter: [described("CREATE IN_PROGRESS"), active],
  });

  const { id } = await filterProviderOn(service.open).create(inputs);

  expect(id).toBe(arns.filter);
  expect(service.operations()).not.toContain("createFilter");
});

test("adopting brings the tags in line with the inputs", async () => {
  const service = scripted({
    listFilters: [await present()],
    listTagsForResource: [tagged({ ...ownerTags, old: "x", "aws:cloudformation:stack": "kept" })],
    describeFilter: [active],
    tagResource: [{}],
    untagResource: [{}],
  });

  await filterProviderOn(service.open).create({ ...inputs, tags: { team: "pets" } });

  expect(service.inputs("untagResource")).toEqual([{ resourceArn: arns.filter, tagKeys: ["old"] }]);
  expect(service.inputs("tagResource")).toEqual([{ resourceArn: arns.filter, ...tagged({ team: "pets" }) }]);
});

test("what belongs to another stack is refused, with its owner and the ways out", async () => {
  const service = scripted({
    listFilters: [await present()],
    listTagsForResource: [tagged({ ...ownerTags, "pulumi:stack": "prod" })],
    describeFilter: [active],
  });

  await expect(filterProviderOn(service.open).create(inputs)).rejects.toThrow(
    `Filter "pets": ${arns.filter} exists and is not this stack's (pulumi:stack is prod). Give the resource another ` +
      "`name`, delete the other, or take it over with the input `importArn`.",
  );
});

test("a resource without tags is adopted only if its content is the same", async () => {
  const text = '{"type":"record"}';
  const schema = { ...common, schema: text };
  const first = scripted({
    listSchemas: [{ schemas: [] }],
    createSchema: [{ schemaArn: arns.schema }],
    describeSchema: [{ schema: { schema: text } }],
  });
  const { outs } = await schemaProviderOn(first.open).create(schema);
  const listed = { schemas: [{ name: outs.physicalName, schemaArn: arns.schema }] };

  const same = scripted({ listSchemas: [listed], describeSchema: [{ schema: { schema: '{ "type": "record" }' } }] });
  expect((await schemaProviderOn(same.open).create(schema)).id).toBe(arns.schema);

  const other = scripted({ listSchemas: [listed], describeSchema: [{ schema: { schema: "{}" } }] });
  await expect(schemaProviderOn(other.open).create(schema)).rejects.toThrow("not this stack's (other content)");
});

test("remains whose creation failed are deleted and made anew", async () => {
  const service = scripted({
    listFilters: [await present()],
    listTagsForResource: [tagged(ownerTags)],
    describeFilter: [described("CREATE FAILED"), described("CREATE FAILED"), notFound(), active],
    deleteFilter: [{}],
    createFilter: [created],
  });

  await filterProviderOn(service.open).create(inputs);

  expect(service.operations().filter((name) => /^(delete|create)/.test(name))).toEqual([
    "deleteFilter",
    "createFilter",
  ]);
});

test("a name that is being deleted is waited for", async () => {
  const service = scripted({
    listFilters: [await present()],
    listTagsForResource: [tagged(ownerTags)],
    describeFilter: [described("DELETE IN_PROGRESS"), described("DELETE IN_PROGRESS"), notFound(), active],
    createFilter: [created],
  });

  await filterProviderOn(service.open).create(inputs);

  expect(service.operations()).not.toContain("deleteFilter");
  expect(service.operations()).toContain("createFilter");
});

test("a list that lagged behind does not make a second one", async () => {
  const service = scripted({
    listFilters: [none, await present()],
    createFilter: [exception("ResourceAlreadyExistsException")],
    listTagsForResource: [tagged(ownerTags)],
    describeFilter: [active],
  });

  expect((await filterProviderOn(service.open).create(inputs)).id).toBe(arns.filter);
});

test("a name taken elsewhere in the account is an error that names it", async () => {
  const service = scripted({
    listFilters: [none],
    createFilter: [exception("ResourceAlreadyExistsException", "Another filter with this name exists.")],
  });

  await expect(filterProviderOn(service.open).create(inputs)).rejects.toThrow(
    /^Filter "pets": CreateFilter \(pets-[0-9a-f]{8}\) was refused\. Amazon Personalize said: ResourceAlreadyExistsException: Another filter/,
  );
});

test("all pages of the service's list are searched", async () => {
  const service = scripted({
    listFilters: [{ Filters: [{ name: "another" }], nextToken: "2" }, await present()],
    listTagsForResource: [tagged(ownerTags)],
    describeFilter: [active],
  });

  await filterProviderOn(service.open).create(inputs);

  expect(service.inputs("listFilters")).toEqual([
    { datasetGroupArn: arns.group, nextToken: undefined },
    { datasetGroupArn: arns.group, nextToken: "2" },
  ]);
});

test.each([
  ["a parent that is busy", exception("ResourceInUseException")],
  ["a request rate", exception("LimitExceededException", "Rate exceeded")],
  [
    "too many jobs at once",
    exception("LimitExceededException", "More than 5 resources with PENDING or IN_PROGRESS status"),
  ],
  ["a parent made a moment ago", exception("ResourceNotFoundException")],
  ["a role that IAM has not spread yet", exception("InvalidInputException", "The role cannot be assumed.")],
])("creation waits for %s", async (_what, refusal) => {
  const service = scripted({
    listFilters: [none],
    createFilter: [refusal, refusal, refusal, created],
    describeFilter: [active],
  });

  await filterProviderOn(service.open).create(inputs);

  expect(service.inputs("createFilter")).toHaveLength(4);
});

test.each([
  ["a quota", exception("LimitExceededException", "You have reached 30 filters."), "Delete what is no longer needed"],
  [
    "an invalid input",
    exception("InvalidInputException", "Invalid Expression."),
    "Correct the input that the service names",
  ],
  ["a missing right", exception("AccessDeniedException", "No."), "Allow the action to the credentials"],
  ["an expired session", exception("ExpiredTokenException", "No."), "Renew the credentials"],
])("creation does not retry %s, and says what to do", async (_what, refusal, remedy) => {
  const service = scripted({ listFilters: [none], createFilter: [refusal] });

  const failure = filterProviderOn(service.open).create(inputs);

  await expect(failure).rejects.toThrow(`Amazon Personalize said: ${refusal.name}: ${refusal.message} ${remedy}`);
  await expect(failure).rejects.not.toHaveProperty("id");
  expect(service.inputs("createFilter")).toHaveLength(1);
});

test.each([
  "User: arn:aws:sts::1:assumed-role/x is not authorized to perform: kms:CreateGrant",
  "Insufficient privileges for using the KMS key",
  "Access denied when trying to access the bucket",
  "The role cannot be assumed by Amazon Personalize",
])("a refusal by IAM is waited out for two minutes, in the words: %s", async (message) => {
  const service = scripted({ listFilters: [none], createFilter: [exception("InvalidInputException", message)] });
  const began = service.now();

  await expect(filterProviderOn(service.open).create(inputs)).rejects.toThrow(message);

  expect(service.now() - began).toBeGreaterThanOrEqual(120_000);
  expect(service.now() - began).toBeLessThan(180_000);
});

test("a parent that stays unknown is reported after half a minute, not at the deadline", async () => {
  const service = scripted({ listFilters: [none], createFilter: [notFound()] });
  const began = service.now();

  await expect(filterProviderOn(service.open).create(inputs)).rejects.toThrow("ResourceNotFoundException");

  expect(service.now() - began).toBeLessThan(60_000);
});

test("a creation that outlives its deadline is handed over half made, with its ARN, code and reason", async () => {
  const service = scripted({
    listFilters: [none],
    createFilter: [created],
    describeFilter: [described("CREATE IN_PROGRESS")],
  });

  const failure = await filterProviderOn(service.open)
    .create(withProvider)
    .catch((error) => error);

  const message =
    `Filter "pets": still CREATE IN_PROGRESS after 600 s (${arns.filter}). Nothing is lost: \`pulumi up\` waits on; ` +
    "raise `timeoutSeconds` if this is usual.";
  expect(failure).toMatchObject({ message, reasons: [message], id: arns.filter });
  expect(failure.properties).toEqual({ ...withProvider, arn: arns.filter, physicalName, unfinished: true });
});

test("credentials that expire while waiting lose nothing", async () => {
  const service = scripted({
    listFilters: [none],
    createFilter: [created],
    describeFilter: [described("CREATE PENDING"), exception("ExpiredTokenException", "The token has expired.")],
  });

  await expect(filterProviderOn(service.open).create(withProvider)).rejects.toMatchObject({
    id: arns.filter,
    properties: { unfinished: true, __provider: withProvider.__provider },
    reasons: [expect.stringContaining("ExpiredTokenException: The token has expired. Renew the credentials")],
  });
});

test("a failed creation that can be deleted is handed over half made, with the service's reason", async () => {
  const service = scripted({
    listFilters: [none],
    createFilter: [created],
    describeFilter: [described("CREATE FAILED", { failureReason: "Unknown column STATUS." })],
  });

  await expect(filterProviderOn(service.open).create(withProvider)).rejects.toMatchObject({
    id: arns.filter,
    message:
      `Filter "pets": CREATE FAILED after 0 s (${arns.filter}). Amazon Personalize said: Unknown column STATUS. ` +
      "Mend the cause; `pulumi up` then makes a new one.",
  });
});

test("a failed training, which nothing can delete, is not written down", async () => {
  const service = scripted({
    listSolutionVersions: [{ solutionVersions: [] }],
    createSolutionVersion: [{ solutionVersionArn: arns.version }],
    describeSolutionVersion: [
      {
        solutionVersion: {
          status: "CREATE FAILED",
          failureReason: "fewer than 25 users with at least 2 interactions each",
        },
      },
    ],
  });
  const training = { ...common, solutionArn: arns.solution, trainingMode: "FULL" as const };

  const failure = await solutionVersionProviderOn(service.open)
    .create(training)
    .catch((error) => error);

  expect(failure.message).toContain("fewer than 25 users");
  expect(failure).not.toHaveProperty("id");
});

test("a resource that is not visible at once is waited for", async () => {
  const service = scripted({
    listFilters: [none],
    createFilter: [created],
    describeFilter: [notFound(), notFound(), active],
  });

  expect((await filterProviderOn(service.open).create(inputs)).id).toBe(arns.filter);
});

test("a resource deleted while it is made is reported as gone", async () => {
  const service = scripted({ listFilters: [none], createFilter: [created], describeFilter: [notFound()] });

  await expect(filterProviderOn(service.open).create(inputs)).rejects.toThrow(
    /gone after \d+ s .* Run `pulumi refresh`/,
  );
});

test("a tracker's tracking id is an output", async () => {
  const service = scripted({
    listEventTrackers: [{ eventTrackers: [] }],
    createEventTracker: [{ eventTrackerArn: arns.tracker, trackingId: "t-1" }],
    describeEventTracker: [{ eventTracker: { datasetGroupArn: arns.group, trackingId: "t-1", status: "ACTIVE" } }],
  });

  const { outs } = await eventTrackerProviderOn(service.open).create({ ...common, datasetGroupArn: arns.group });

  expect(outs).toMatchObject({ arn: arns.tracker, trackingId: "t-1" });
});

test("an existing resource is taken over by its ARN, under its own name and with the stack's tags", async () => {
  const service = scripted({
    describeFilter: [described("ACTIVE", { name: "by-hand" })],
    listTagsForResource: [tagged({})],
    tagResource: [{}],
  });
  const importing = { ...inputs, importArn: arns.filter };
  const provider = filterProviderOn(service.open);

  const { id, outs } = await provider.create(importing);

  expect(id).toBe(arns.filter);
  expect(outs).toEqual({ ...importing, arn: arns.filter, physicalName: "by-hand" });
  expect(service.inputs("tagResource")).toEqual([{ resourceArn: arns.filter, ...tagged(ownerTags) }]);
  expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
});

test("an existing resource that differs where only a replacement helps is not taken over", async () => {
  const service = scripted({ describeFilter: [described("ACTIVE", { filterExpression: "EXCLUDE …" })] });

  await expect(filterProviderOn(service.open).create({ ...inputs, importArn: arns.filter })).rejects.toThrow(
    `Filter "pets": ${arns.filter} differs from the program in filterExpression. Make the program say what is there`,
  );
});
