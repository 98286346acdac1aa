import { expect, test } from "vitest";
import { eventTrackerKind } from "../../dynamic-providers/event-tracker.ts";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { arns, common, createException, createNotFound, describeTags, ownerTags, scriptService } from "./scripted.mts";
import { described as describedFilter, filterOf, inputs } from "./scripted-filter.mts";

const state = { ...inputs, arn: arns.filter, physicalName: "pets-12345678" };
const described = (status: string, more = {}) => describedFilter(status, { name: state.physicalName, ...more });
const active = described("ACTIVE");

test("changed tags are added and removed, and nothing else changes", async () => {
  const service = scriptService({
    describeFilter: [active],
    listTagsForResource: [describeTags({ ...ownerTags, team: "pets", old: "x" })],
    tagResource: [{}],
    untagResource: [{}],
  });
  const news = { ...inputs, tags: { team: "dogs" } };

  const { outs } = await filterOf(service).update(arns.filter, { ...state, tags: { team: "pets", old: "x" } }, news);

  expect(service.inputs("tagResource")).toEqual([{ resourceArn: arns.filter, ...describeTags({ team: "dogs" }) }]);
  expect(service.inputs("untagResource")).toEqual([{ resourceArn: arns.filter, tagKeys: ["old"] }]);
  expect(outs).toEqual({ ...state, tags: { team: "dogs" } });
});

test("a failed creation is deleted and created again with its name", async () => {
  const service = scriptService({
    describeFilter: [described("CREATE FAILED"), described("CREATE FAILED"), createNotFound(), active],
    deleteFilter: [{}],
    listFilters: [{ Filters: [] }],
    createFilter: [{ filterArn: arns.filter }],
    listTagsForResource: [describeTags(ownerTags)],
  });

  const { outs } = await filterOf(service).update(arns.filter, { ...state, unfinished: true }, inputs);

  expect(outs).toEqual(state);
  expect(service.inputs("createFilter")).toMatchObject([{ name: state.physicalName }]);
});

test("a failed resource with a generated ARN is not created again in place; a refresh removes it, so that the next run can", async () => {
  const tracker = { ...common, datasetGroupArn: arns.group };
  const olds = { ...tracker, arn: arns.tracker, physicalName: "pets-1", unfinished: true };
  const service = scriptService({ describeEventTracker: [{ eventTracker: { status: "CREATE FAILED" } }] });
  const provider = createProvider(eventTrackerKind, service.open);

  await expect(provider.update(arns.tracker, olds, tracker)).rejects.toThrow(
    `EventTracker "pets": ${arns.tracker} is CREATE FAILED. Run \`pulumi refresh\`, then \`pulumi up\` to create a new one.`,
  );
  expect(await provider.read(arns.tracker, olds)).toEqual({});
});

test("an update of a deleted resource says so, with the remedy", async () => {
  const service = scriptService({ describeFilter: [createNotFound()] });

  await expect(filterOf(service).update(arns.filter, state, { ...inputs, tags: { team: "dogs" } })).rejects.toThrow(
    `Filter "pets": ${arns.filter} is deleted. Run \`pulumi refresh\`, then \`pulumi up\` to create a new one.`,
  );
});

test("a refused tag fails initialisation, with the service's reason", async () => {
  const service = scriptService({
    describeFilter: [active],
    listTagsForResource: [describeTags(ownerTags)],
    tagResource: [createException("TooManyTagsException", "51 tags.")],
  });

  await expect(
    filterOf(service).update(arns.filter, state, { ...inputs, tags: { team: "dogs" } }),
  ).rejects.toMatchObject({
    id: arns.filter,
    properties: { unfinished: true },
    message: expect.stringContaining(
      "Amazon Personalize returned: TooManyTagsException: 51 tags. Delete what is no longer",
    ),
  });
});

test.each([
  ["deleted by hand", createNotFound()],
  ["being deleted", described("DELETE PENDING")],
])("a resource that is %s is read as deleted", async (_how, answer) => {
  const service = scriptService({ describeFilter: [answer] });

  expect(await filterOf(service).read(arns.filter, state)).toEqual({});
});

test("what is in use is waited for", async () => {
  const inUse = createException("ResourceInUseException", "A batch job uses the filter.");
  const service = scriptService({
    describeFilter: [active, active, active, createNotFound()],
    deleteFilter: [inUse, inUse, {}],
  });

  await filterOf(service).delete(arns.filter, state);

  expect(service.inputs("deleteFilter")).toHaveLength(3);
});

test("reports a resource in use at the deadline, with the service's reason", async () => {
  const service = scriptService({
    describeFilter: [active],
    deleteFilter: [createException("ResourceInUseException", "A batch job uses the filter.")],
  });

  await expect(filterOf(service).delete(arns.filter, state)).rejects.toThrow(
    `Filter "pets": ${arns.filter} still exists at the deadline. Amazon Personalize returned: ` +
      "ResourceInUseException: A batch job uses the filter. Wait for what uses it, or delete that, then run Pulumi again.",
  );
  expect(service.now()).toBe(1_600_000);
});
