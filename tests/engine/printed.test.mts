// Only what a person needs is printed by the engine.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startAccount } from "../../local/account/account.ts";
import { type Engine, openEngine, pulumiIsThere } from "../support/engine.ts";

describe.skipIf(!pulumiIsThere)("What a preview prints", () => {
  let account: Awaited<ReturnType<typeof startAccount>>;
  let engine: Engine;
  beforeAll(async () => {
    account = await startAccount();
    engine = await openEngine({ account, stack: "printed" });
  });
  afterAll(async () => {
    engine.forget();
    await account.close();
  });

  test("a wrong value ends it with the remedy, and without a stack trace", async () => {
    engine.configure({ batchSize: "99999" });
    const text = await engine.run("preview").then(
      () => "",
      (error: Error) => error.message,
    );
    expect(text).toContain("recommender:batchSize: must be a whole number from 1 to 10000");
    expect(text).not.toMatch(/unhandled exception|^\s+at /m);
  });

  test("it does not say where its plugins are", async () => {
    const small = await openEngine({
      account,
      stack: "printed",
      project: "accounts",
      program: "tests/engine/programs/accounts.ts",
    });
    expect(await small.run("preview")).not.toContain("$PATH");
    small.forget();
  });
});
