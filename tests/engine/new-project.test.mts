// The way in of a stranger: `pulumi new` with another name, and then what README names.
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Personalize } from "@aws-sdk/client-personalize";
import { SSM } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backendIn, pulumiEnvironment } from "../../cli/pulumi/environment.ts";
import { type Account, startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { needsPulumi } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { listFiles, root } from "../support/listed-files.mts";
import { writeSmallData } from "../support/small-data.ts";
import { openEnvironment } from "./environment.mts";

const folder = join(root, "local/.state", `new-${process.pid}`);
const at = (name: string) => join(folder, name);

/** As a clean clone: a checkout with node_modules has links, which `pulumi new` cannot copy. */
function createProject(): void {
  for (const file of listFiles(".")) cpSync(join(root, file), join(at("clone"), file));
  mkdirSync(at("backend"));
  const options = { env: { ...process.env, PULUMI_BACKEND_URL: backendIn(at("backend")) } };
  const words = ["new", at("clone"), "--name", "shop-recs", "--dir", at("shop"), "--generate-only", "--yes"];
  execFileSync("pulumi", words, options);
  // What `npm ci` installs.
  for (const modules of ["node_modules", "cli/node_modules"].filter((each) => existsSync(join(root, each)))) {
    execFileSync("cp", ["-al", join(root, modules), join(at("shop"), modules)]);
  }
}

describe("A project with another name", needsPulumi, () => {
  let account: Account;
  beforeAll(async () => {
    account = await startAccount({ speed: hurriedSpeed });
    createProject();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await account.close();
  });

  /** Runs a command in the project's folder; returns what it printed. */
  const run = async (command: string, ...args: string[]) => {
    const own = { AWS_REGION: "eu-west-1", INIT_CWD: at("shop"), NODE_OPTIONS: "", LOCAL_AWS_PLUGIN: "" };
    const env = { ...process.env, ...pulumiEnvironment(account.origin, backendIn(at("backend"))), ...own };
    const ended = promisify(execFile)(command, args, { cwd: at("shop"), env, maxBuffer: 1e8 });
    const { stdout } = await ended.catch(({ message, stdout, stderr }) => {
      throw new Error(`${message}\n${stdout}\n${stderr}`);
    });
    return stdout;
  };
  const pulumi = (...args: string[]) => run("pulumi", ...args, "--non-interactive", "--stack", "dev");
  const up = () => pulumi("up", "--yes", "--skip-preview");
  const recommender = (command: string) =>
    run(process.execPath, "cli/recommender.cjs", command, "--stack", "dev", "--port", new URL(account.origin).port);
  const set = async (values: Readonly<Record<string, string>>) => {
    for (const [key, value] of Object.entries(values)) {
      await pulumi("config", "set", "--path", `recommender:${key}`, value);
    }
  };

  test("is deployed with its values, found by the commands, kept from other projects, and destroyed", async () => {
    await run("pulumi", "stack", "init", "dev");
    await set({ ...writeSmallData(folder), minProvisionedTPS: "3", deletionProtection: "false" });
    await up();
    const { campaigns = [] } = await new Personalize(sdk(account)).listCampaigns({});
    const [arn = "", other] = campaigns
      .map(({ campaignArn }) => campaignArn)
      .filter((each) => /recommendation/.test(each ?? ""));
    expect(other).toBeUndefined();
    const { campaign } = await new Personalize(sdk(account)).describeCampaign({ campaignArn: arn });
    expect(campaign).toMatchObject({ name: expect.stringMatching(/^shop-recs-dev-/), minProvisionedTPS: 3 });
    expect(await recommender("status")).toMatch(/of 3 .*Alarms: 0 of [1-9]/s);
    expect(await recommender("smoke")).toContain("6 passed, 0 failed");
    expect(await recommender("doctor")).toMatch(/\nprogram .*\nidentity +passed/s);

    await set({
      "placements.next.recipe": "aws-user-personalization-v2",
      "experiment.name": "v2",
      "experiment.variants.recommendation": "50",
      "experiment.variants.next": "50",
      "experiment.goal": "Application",
    });
    await up();
    expect(await recommender("experiment")).toContain("v2");
    await pulumi("config", "rm", "recommender:experiment");
    await up();

    const second = await openEnvironment("dev", { account });
    const ssm = new SSM(sdk(account));
    const versions = async () =>
      (await ssm.getParametersByPath({ Path: "/animal-recommender/dev", Recursive: true })).Parameters;
    const before = await versions();
    const refusal = /cannot have the SSM parameter \/animal-recommender\/dev\/\S+: it is of the project "shop-recs"/;
    await expect(second.engine.preview()).rejects.toThrow(refusal);
    await expect(second.engine.up()).rejects.toThrow(refusal);
    expect(await versions()).toEqual(before);
    expect((await second.engine.state()).resources.filter(({ type }) => !type.startsWith("pulumi:"))).toEqual([]);
    second.engine.forget();

    await pulumi("destroy", "--yes", "--skip-preview");
    expect((await new Personalize(sdk(account)).listDatasetGroups({})).datasetGroups).toEqual([]);
    expect(await versions()).toEqual([]);
  });
});
