// The life of an experiment on a deployed stack: it starts, divides the visitors, is replaced by
// another one, and ends.
import { SSM } from "@aws-sdk/client-ssm";
import { afterAll, expect, test } from "vitest";
import { chooseVariant, type FunctionReply } from "../../contract/index.js";
import { sdk } from "../../local/tests/support/aws.ts";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { listParameters } from "../../names/layout.ts";
import { deploySmallStack, openGate, startQuickAccount } from "../support/deployed-stack.ts";

const first = { name: "popular-1", variants: { recommendation: 50, popular: 50 }, goal: "DetailView" };
const second = { ...first, name: "popular-2", variants: { recommendation: 30, popular: 70 } };

const account = await startQuickAccount();
const before = await listEverything(account);
/** Without exploration, which gives a visitor another answer each time. */
const deployed = await deploySmallStack(account, "small", { ...openGate, explorationWeight: "0" });
afterAll(() => deployed.close());

const start = (experiment: object) => deployed.redeploy({ experiment: JSON.stringify(experiment) });
const end = () => deployed.redeploy({});

const visitors = Array.from({ length: 200 }, (_, index) =>
  index % 2 === 0 ? { userId: `user-${index}` } : { sessionId: `session-${index}` },
);

/**
 * Asks for each visitor, and returns the answers without the ids of recommendations, which are new
 * each time.
 */
async function askForAll(): Promise<FunctionReply[]> {
  const ask = async (visitor: object) => {
    const { headers, ...reply } = await deployed.recommend({ ...visitor, limit: 5 });
    const { "x-recommendation-id": _, ...others } = headers ?? {};
    return { ...reply, headers: others };
  };
  return Promise.all(visitors.map(ask));
}

async function readStart(): Promise<Date | undefined> {
  const { Parameter } = await new SSM(sdk(account)).getParameter({ Name: listParameters("small").experiment });
  return Parameter?.LastModifiedDate;
}

test("it starts, visitors get their variants, its name is kept, and nothing is left when it and the stack end", async () => {
  const plain = await askForAll();
  // An earlier version wrote the defaults into the definition, and had no settleDays.
  expect(await start({ ...first, placement: "recommendation", minimumEffect: 0.05 })).toEqual([
    "create BucketObjectv2 recommender-experiment-definition",
    "create BucketObjectv2 recommender-experiment-running",
    "create Parameter recommender-contract-experiment",
    "update Function recommender-serving-recommend-function",
  ]);
  const started = await readStart();

  const divided = await askForAll();
  for (const [index, { headers, body }] of divided.entries()) {
    const variant = chooseVariant(first, visitors[index] ?? {});
    const source = variant === "popular" ? "list" : "personalize";
    expect(headers).toEqual({ "x-recommendation-source": source, "x-recommendation-variant": variant });
    if (variant === "recommendation") expect(body).toBe(plain[index]?.body);
  }
  const lists = divided.filter(({ headers }) => headers?.["x-recommendation-source"] === "list");
  expect(Math.abs(lists.length - 100)).toBeLessThan(30);

  // An upgrade changes nothing of it, and its verdict goes on.
  expect(await start(first)).toEqual([]);
  expect(await start({ ...first, settleDays: 7 })).toEqual([]);
  expect((await deployed.command("experiment")).printed).toContain("Go on: ");

  // All of its visitors get the list.
  expect((await deployed.command("smoke")).printed).toContain(" 0 failed");

  await start(second);
  expect((await readStart())?.getTime()).toBeGreaterThan(Number(started?.getTime()));

  expect(await end()).toEqual([
    "delete BucketObjectv2 recommender-experiment-definition",
    "delete BucketObjectv2 recommender-experiment-running",
    "delete Parameter recommender-contract-experiment",
    "update Function recommender-serving-recommend-function",
  ]);
  expect(await askForAll()).toEqual(plain);
  await expect(start({ ...first, goal: "Favorite" })).rejects.toThrow(/"popular-1" is the name of another experiment/);

  await deployed.destroy();
  expect(await listEverything(account)).toEqual(before);
});
