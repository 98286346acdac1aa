import { afterAll, expect, test } from "vitest";
import { createRandomBytes } from "../../account/host/random-bytes.ts";
import { startStage } from "./stage.mts";

const stages: { account: { close(): Promise<void> } }[] = [];
afterAll(() => Promise.all(stages.map(({ account }) => account.close())));

/** Exploration has half of the places, so that lists differ by their ids. */
async function openExploring(seed: number) {
  const on = await startStage({}, { seed });
  stages.push(on);
  const { groupArn } = await on.filled();
  const version = await on.version(await on.solution(groupArn, "aws-user-personalization"));
  const campaignArn = await on.campaign(version.arn, { itemExplorationConfig: { explorationWeight: "0.5" } });
  return (userId: string) => on.runtime.getRecommendations({ campaignArn, userId });
}

/** Three answers, without what belongs to the connection. */
async function askThrice(ask: (userId: string) => Promise<object>) {
  const answers = [await ask("user-0"), await ask("user-0"), await ask("user-0")];
  return answers.map((answer) => ({ ...answer, $metadata: undefined }));
}

test("two accounts of one seed give the same lists, whatever else is asked of one of them", async () => {
  const first = await openExploring(7);
  const second = await openExploring(7);
  await second("user-1");
  expect(await askThrice(second)).toEqual(await askThrice(first));
});

test("an account of another seed explores others", async () => {
  const first = await openExploring(7);
  const second = await openExploring(8);
  expect(await askThrice(second)).not.toEqual(await askThrice(first));
});

test("draws for a subject do not depend on others, and never repeat", () => {
  const plain = createRandomBytes(3);
  const busy = createRandomBytes(3);
  busy(4);
  busy(16, "shop");
  const draw = (of: typeof plain) =>
    [of(16, "pets"), of(16, "pets"), of(8, "pets")].map((bytes) => bytes.toString("hex"));
  expect(draw(busy)).toEqual(draw(plain));
  const all = [...draw(busy), ...draw(busy), busy(16, "shop").toString("hex"), busy(16).toString("hex")];
  expect(new Set(all).size).toBe(all.length);
  expect(all.map((hex) => hex.length / 2)).toEqual([16, 16, 8, 16, 16, 8, 16, 16]);
});

test("without a seed, two accounts draw other bytes", () => {
  expect(createRandomBytes(undefined)(16)).not.toEqual(createRandomBytes(undefined)(16));
});
