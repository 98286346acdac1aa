import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startStage } from "../../local/tests/personalize/stage.mts";
import type { InitFailure, Properties } from "./dynamic-provider.mts";
import { args, createFilledGroup, type Kind, openStack, type Stored, type TestStack } from "./stack.mts";

// The engine gets a resource that is not ready in the trailer of a gRPC response, of which Node.js sends 64 KiB at most:
// each kind's code must fit in.
let service: Awaited<ReturnType<typeof startStage>>;
let stack: TestStack;
let inputs: Record<string, [kind: Kind, of: Properties]>;
beforeAll(async () => {
  service = await startStage();
  stack = await openStack("dev", service);
  const { group, interactions } = await createFilledGroup(stack);
  const solution = await stack.create("Solution", "base", args.solution(group));
  const version = await stack.create("SolutionVersion", "base-first", args.version(solution));
  const schema = await stack.create("Schema", "more", args.items());
  const other = await stack.create("DatasetGroup", "other", {});
  inputs = {
    DatasetGroup: ["DatasetGroup", {}],
    Dataset: ["Dataset", args.dataset(other, schema, "Items")],
    DatasetImportJob: ["DatasetImportJob", args.job(stack, interactions, "interactions.csv", "2")],
    Solution: ["Solution", args.solution(group)],
    SolutionVersion: ["SolutionVersion", { ...args.version(solution), trainingMode: "FULL" }],
    Campaign: ["Campaign", args.campaign(version)],
    EventTracker: ["EventTracker", args.tracker(group)],
    Filter: ["Filter", args.filter(group)],
  };
  // From here on nothing becomes ACTIVE.
  service.account.clock.setSpeed(0);
});
afterAll(async () => {
  await stack.close();
  await service.account.close();
});

describe.each([
  "DatasetGroup",
  "Dataset",
  "DatasetImportJob",
  "Solution",
  "SolutionVersion",
  "Campaign",
  "EventTracker",
  "Filter",
])("a %s that is not ready in time", (kind) => {
  test("reaches the engine with its code, which reads it", async () => {
    const [type, of] = inputs[kind] ?? ["Filter", {}];
    const news = { ...stack.inputs(type, `late-${kind.toLowerCase()}`, of), timeoutSeconds: 1 };

    const failed = await stack.provider.create(news).then(
      () => undefined,
      ({ initFailure }: Error & { initFailure?: InitFailure }) => initFailure,
    );

    expect(failed?.reasons[0]).toContain("`pulumi up` again to continue waiting");
    expect(failed?.properties).toMatchObject({ ...of, unfinished: true });
    const state = failed?.properties as Stored["properties"];
    expect(await stack.provider.read(failed?.id ?? "", state)).toMatchObject({
      id: failed?.id,
      properties: { unfinished: true },
    });
    expect(await stack.provider.diff(failed?.id ?? "", state, news)).toMatchObject({ changes: true, replaces: [] });
  });
});
