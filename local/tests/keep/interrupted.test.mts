// Work that was under way, due or not saved yet when an account was stopped.
import { cpSync, existsSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Personalize } from "@aws-sdk/client-personalize";
import { PersonalizeRuntime } from "@aws-sdk/client-personalize-runtime";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SFN } from "@aws-sdk/client-sfn";
import { expect, test, vi } from "vitest";
import { startAccount } from "../../account/account.ts";
import { writeViews } from "../personalize/pets.ts";
import { startStage } from "../personalize/stage.mts";
import { define } from "../step-functions/machines.mts";
import { sdk } from "../support/aws.ts";
import { eventually } from "../support/eventually.ts";
import { createRole } from "../support/roles.ts";
import { readAnswers, useKeptAccount } from "./kept-account.mts";

const minute = 60_000;
const day = 24 * 60 * minute;
const place = { account: "000000000000", region: "eu-west-1" };

const kept = useKeptAccount();

test("of the runs that a schedule missed while the account was stopped, one is made", async () => {
  const past = mkdtempSync(join(kept.folder, "past-"));
  await kept.restart({ speed: 0, keep: past, start: Date.now() - 2 * day });
  const states = () => new SFN(sdk(kept.account));
  const roleArn = await createRole(kept.account, "machine", "states.amazonaws.com");
  const definition = define({ Only: { Type: "Pass", End: true } });
  const { stateMachineArn } = await states().createStateMachine({ name: "target", definition, roleArn });
  const grants = [{ Action: "states:StartExecution", Resource: "*" }];
  await new Scheduler(sdk(kept.account)).createSchedule({
    Name: "hourly",
    ScheduleExpression: "rate(1 hours)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: {
      Arn: stateMachineArn,
      RoleArn: await createRole(kept.account, "clock", "scheduler.amazonaws.com", grants),
    },
  });
  const count = async () => (await states().listExecutions({ stateMachineArn })).executions?.length;
  await kept.account.clock.advance(minute);
  expect(await count()).toBe(1);
  await kept.restart({ keep: past });
  await kept.account.clock.advance(0);
  expect(await count()).toBe(2);
  await kept.account.clock.advance(60 * minute);
  expect(await count()).toBe(3);
});

test("Personalize: data and answers stay, and an import and a training that were under way end", async () => {
  const past = mkdtempSync(join(kept.folder, "personalize-"));
  await kept.account.close();
  const on = await startStage({}, { keep: past, start: Date.now() });
  kept.account = on.account;
  const personalize = () => new Personalize(sdk(kept.account));
  const runtime = () => new PersonalizeRuntime(sdk(kept.account));
  const { groupArn, interactions } = await on.filled();
  const solution = await on.solution(groupArn, "aws-user-personalization");
  const { arn: first } = await on.version(solution);
  const campaignArn = await on.campaign(first, { itemExplorationConfig: { explorationWeight: "0" } });
  const filterArn = await on.filter(groupArn, 'INCLUDE ItemID WHERE Items.SPECIES IN ("cat")');
  await on.put("more.csv", writeViews());
  const { datasetImportJobArn } = await personalize().createDatasetImportJob({
    jobName: "under-way",
    datasetArn: interactions,
    dataSource: { dataLocation: `s3://${on.bucket}/more.csv` },
    roleArn: on.roleArn,
    importMode: "INCREMENTAL",
  });
  const { solutionVersionArn } = await personalize().createSolutionVersion({ solutionArn: solution });
  await kept.account.clock.advance(minute);
  const list = async (arn?: string) => {
    const input = { campaignArn, userId: "u1", numResults: 10, ...(arn !== undefined && { filterArn: arn }) };
    return (await runtime().getRecommendations(input)).itemList;
  };
  await kept.expectSame(
    async () => [
      await readAnswers(
        personalize().describeDatasetGroup({ datasetGroupArn: groupArn }),
        personalize().getSolutionMetrics({ solutionVersionArn: first }),
        personalize().describeCampaign({ campaignArn }),
        personalize().listFilters({}),
        personalize().describeDatasetImportJob({ datasetImportJobArn }),
        personalize().describeSolutionVersion({ solutionVersionArn }),
      ),
      await list(),
      await list(filterArn),
    ],
    past,
  );
  const rows = () => kept.account.personalize.inspection.events(place, groupArn, "u1", 10_000).length;
  const before = rows();
  await kept.account.clock.advance(10 * minute);
  const { datasetImportJob } = await personalize().describeDatasetImportJob({ datasetImportJobArn });
  const { solutionVersion } = await personalize().describeSolutionVersion({ solutionVersionArn });
  expect([datasetImportJob?.status, solutionVersion?.status]).toEqual(["ACTIVE", "ACTIVE"]);
  // An import does not repeat what it did before the account was stopped.
  expect(rows()).toBe(before);
});

test("the console's health says where the state is and what the account went on from", async () => {
  const health = async () => {
    const response = await fetch(`${kept.account.origin}/_local/health`);
    return (await response.json()) as { readonly id: string; readonly kept: object };
  };
  const found = await health();
  expect(found.kept).toEqual({ folder: kept.folder });
  await kept.restart();
  expect(await health()).toMatchObject({
    id: found.id,
    kept: { folder: kept.folder, from: expect.stringMatching(/^20.*Z$/) },
  });
});

test("a process that is killed loses what happened since the last full minute", async () => {
  const killed = mkdtempSync(join(kept.folder, "killed-"));
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const victim = await startAccount({ speed: 0, keep: killed });
  try {
    const create = (StreamName: string) => new Kinesis(sdk(victim)).createStream({ StreamName, ShardCount: 1 });
    await create("saved");
    vi.advanceTimersByTime(minute);
    // The state is that of the full minute, although it is still being written.
    await create("lost");
    await eventually(() => (existsSync(join(killed, "state")) ? true : undefined), "The account was not saved.");
    // A kill leaves all of this behind, without the lock, which ends with the process.
    const left = join(kept.folder, "left");
    cpSync(killed, left, { recursive: true, filter: (path) => !path.endsWith("lock") });
    await kept.restart({ keep: left });
    expect((await new Kinesis(sdk(kept.account)).listStreams({})).StreamNames).toEqual(["saved"]);
  } finally {
    vi.useRealTimers();
    await victim.close();
  }
});
