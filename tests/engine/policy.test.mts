import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../local/account.ts";
import { judgedLater } from "../../policy/later.ts";
import { resourceRules, stackRules } from "../../policy/rules.ts";
import { needsPulumi, openEngine } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";

// The program passes it in whole-life.test.mts.
describe("The policy pack on a preview", needsPulumi, () => {
  let account: Account;
  beforeAll(async () => {
    account = await startAccount({ speed: hurriedSpeed });
  });
  afterAll(() => account.close());

  test("fails on a bad program and names every rule that it breaks", async () => {
    const engine = await openEngine({
      account,
      stack: "judged",
      project: "bad",
      program: "tests/engine/programs/bad.ts",
    });
    const report = await engine.preview({ policyPack: "policy" }).then(
      () => "",
      (error: Error) => error.message,
    );
    engine.forget();
    const names = [...resourceRules, ...stackRules, judgedLater].map(({ name }) => name);
    expect(names.filter((name) => report.includes(name))).toEqual(names);
    expect(report).not.toContain("can't be known during preview");
  });
});
