// Two projects with a stack of one name in an account: neither writes over the other's parameters.
import { SSM, type Tag } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readAccess } from "../../dynamic-providers/service/access.ts";
import { openAccount } from "../../local/tests/support/account.mts";
import { sdk } from "../../local/tests/support/aws.ts";
import { requireOwnParameters } from "../../stacks/parameter-owner.ts";
import { parseConfig } from "../support/parse-config.ts";
import { useAccount } from "../support/use-account.mts";

const account = await openAccount();
beforeAll(() => useAccount(account));
afterAll(() => vi.unstubAllEnvs());

const stream = "kinesis-stream/name";
const ofOther = [{ Key: "Project", Value: "shop-recs" }];
const cases: readonly [string, string, Tag[], string | undefined][] = [
  ["has the tag of this project", stream, [{ Key: "Project", Value: "recommender" }], undefined],
  ["has the tag of another project", stream, ofOther, 'the project "shop-recs"'],
  [
    "of a model has the tag of another project",
    "personalize/reranking/campaign/id",
    ofOther,
    'the project "shop-recs"',
  ],
  ["has only other tags", stream, [{ Key: "team", Value: "web" }], "an owner with other tags (team=web)"],
  ["of another project is one that the stack does not write", "web/colour", ofOther, undefined],
];
test.each(cases)("a parameter that %s", async (_what, path, Tags, owner) => {
  const ssm = new SSM(sdk(account));
  const Name = `/animal-recommender/dev/${path}`;
  await ssm.putParameter({ Name, Value: "x", Type: "String", Tags });
  const name = { project: "recommender", stack: "dev" };
  const result = requireOwnParameters(
    readAccess(() => undefined),
    name,
    parseConfig({}, "dev"),
  );
  if (owner === undefined) expect((await result).has(Name)).toBe(Tags.some(({ Value }) => Value === "recommender"));
  else {
    await expect(result).rejects.toThrow(
      `cannot have the SSM parameter ${Name}: it is of ${owner}. Nothing was changed.`,
    );
  }
  await ssm.deleteParameter({ Name });
});

test("a parameter without tags is refused, with the commands that delete it or make it the stack's", async () => {
  const ssm = new SSM(sdk(account));
  const Name = `/animal-recommender/dev/${stream}`;
  await ssm.putParameter({ Name, Value: "x", Type: "String" });
  const access = readAccess(() => undefined);
  const check = () => requireOwnParameters(access, { project: "recommender", stack: "dev" }, parseConfig({}, "dev"));
  await expect(check()).rejects.toThrow(`If no one needs it, delete it: aws ssm delete-parameter --name ${Name}.`);
  const Tags = [{ Key: "Project", Value: "recommender" }];
  await ssm.addTagsToResource({ ResourceType: "Parameter", ResourceId: Name, Tags });
  expect([...(await check())]).toEqual([Name]);
});
