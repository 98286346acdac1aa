import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../local/account.ts";
import { type Engine, needsPulumi, openEngine } from "../support/engine.ts";

describe("What the local account does not have", needsPulumi, () => {
  let account: Account;
  let engine: Engine;
  beforeAll(async () => {
    account = await startAccount();
    const program = "tests/engine/programs/unsupported.ts";
    engine = await openEngine({ account, stack: "unsupported", project: "unsupported", program });
  });
  afterAll(async () => {
    engine.forget();
    await account.close();
  });

  const preview = () =>
    engine.run("preview").then(
      () => "",
      (error: Error) => error.message,
    );

  test("is refused by the names and with the values that the program wrote", async () => {
    const printed = await preview();
    expect(printed).toContain("property s3Bucket value {code} has a problem: the local provider does not support");
    expect(printed).not.toMatch(/nil|undefined|nonoptional/);
  });

  test("a look-up is refused by name", async () => {
    engine.configure({ "unsupported:lookup": "true" });
    expect(await preview()).toContain("The local provider does not support the function aws:s3/getBucket:getBucket.");
  });
});
