// The engine is killed while it creates resources of AWS, whose names nothing else can have. The
// documented way (docs/deploy.md, "Environments") finishes the deployment.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { Lambda } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { type Engine, needsPulumi, openEngine } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { killAt } from "./kill.mts";

const operations = ["CreateRole", "CreateFunction"];

describe.each(operations)("Killed during %s", needsPulumi, (operation) => {
  let account: Account;
  let engine: Engine;
  beforeAll(async () => {
    account = await startAccount({ speed: hurriedSpeed });
    const program = "tests/engine/programs/named.ts";
    engine = await openEngine({ account, stack: "named", project: "named", program, checkpoints: true });
    const requested = new Promise<void>((resolve) => {
      account.log.listen((entry) => {
        if (entry.operation === operation) resolve();
      });
    });
    // Also runs `pulumi cancel`.
    expect(await killAt(engine, "up", requested)).toBe(true);
  });
  afterAll(async () => {
    engine.forget();
    await account.close();
  });

  test("the backend has no file that the killed engine could leave half written", () => {
    const files = readdirSync(join(engine.folder, "backend"), { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => file.endsWith("named.json"))).toHaveLength(1);
    expect(files.filter((file) => file.endsWith(".attrs"))).toEqual([]);
  });

  test("`up` lists what was being created and exists; without that, and without its mark, it finishes", async () => {
    const printed = await engine.run("up", "--yes").catch((error: Error) => error.message);
    expect(printed).toMatch(/already exist/);
    const listed = [...printed.matchAll(/^ +\* urn:\S+::(\w+), interrupted while creating$/gm)].map(
      ([, name = ""]) => name,
    );
    expect(listed.length).toBeGreaterThan(0);
    for (const name of listed) await deletions(account)[name]?.();
    await engine.run("refresh", "--yes", "--clear-pending-creates");

    await engine.up();
    expect(await engine.outputs()).toMatchObject({ functionArn: expect.stringContaining(":named-function") });
    expect(await engine.run("up", "--yes", "--expect-no-changes")).not.toContain("interrupted");
  });
});

/**
 * As deploy.md says, by the names in the program. One that AWS did not create yet stays as it
 * is.
 */
function deletions(account: Account): Readonly<Record<string, () => Promise<unknown>>> {
  const iam = new IAM(sdk(account));
  const lambda = new Lambda(sdk(account));
  const logs = new CloudWatchLogs(sdk(account));
  const ifThere = (work: Promise<unknown>) =>
    work.catch((error: Error) => expect(error.name).toMatch(/NoSuch|NotFound/));
  return {
    logs: () => ifThere(logs.deleteLogGroup({ logGroupName: "/named/logs" })),
    policy: () => ifThere(iam.deletePolicy({ PolicyArn: "arn:aws:iam::000000000000:policy/named-policy" })),
    role: () => ifThere(iam.deleteRole({ RoleName: "named-role" })),
    function: () => ifThere(lambda.deleteFunction({ FunctionName: "named-function" })),
  };
}
