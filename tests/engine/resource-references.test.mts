import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../local/account.ts";
import { type Engine, needsPulumi, openEngine } from "../support/engine.ts";

describe("References to resources", needsPulumi, () => {
  let account: Account;
  let engine: Engine;
  beforeAll(async () => {
    account = await startAccount();
    const program = "tests/engine/programs/references.ts";
    engine = await openEngine({ account, stack: "references", project: "references", program });
  });
  afterAll(async () => {
    engine.forget();
    await account.close();
  });

  test("a resource counts as its id where an id is meant", async () => {
    await engine.up();
    expect(await engine.outputs()).toEqual({ sameBucket: true, sameRole: true });
    expect(await engine.run("up", "--yes", "--expect-no-changes")).toContain("unchanged");
  });
});
