import { expect, test } from "vitest";
import { arns, describeTags, ownerTags, scriptService } from "./scripted.mts";
import { creating, described, filterOf, inputs } from "./scripted-filter.mts";

// The guide does not say if Describe repeats what it was given or puts it in a normal form: neither may be drift.
const normal = 'EXCLUDE ItemID WHERE ITEMS.STATUS in ("adopted")';
const filter = (filterExpression: string) => described("ACTIVE", { filterExpression });
const listTagsForResource = [describeTags(ownerTags)];

async function createdFilter(answer: string) {
  const service = creating(filter(answer));
  return (await filterOf(service).create(inputs)).outs;
}

// That a normal form is no change after creation or a refresh: tests/lifecycle/service-wording.test.mts, for each kind.
test("another answer than the first is drift", async () => {
  const service = scriptService({ describeFilter: [filter("INCLUDE …")], listTagsForResource });
  const provider = filterOf(service);
  const outs = await createdFilter(normal);

  const { props = outs } = await provider.read(arns.filter, outs);

  expect(props.filterExpression).toBe("INCLUDE …");
  expect(await provider.diff(arns.filter, props, inputs)).toMatchObject({ replaces: ["filterExpression"] });
});

test("a change of another input keeps the stored normal form, and accepts no other answer as one", async () => {
  const tagging = { listTagsForResource, tagResource: [{}] };
  const news = { ...inputs, tags: { team: "dogs" } };
  const outs = await createdFilter(normal);
  const update = async (answer: string) => {
    const service = scriptService({ ...tagging, describeFilter: [filter(answer)] });
    return (await filterOf(service).update(arns.filter, outs, news)).outs;
  };

  expect(await update(normal)).toEqual({ ...outs, tags: { team: "dogs" } });
  expect(await update("INCLUDE …")).toMatchObject({ filterExpression: "INCLUDE …" });
});
