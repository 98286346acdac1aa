// Runs of every operators' command on one stack, each by a role with chosen rights, whose use is
// recorded.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IAM } from "@aws-sdk/client-iam";
import { chooseVariant } from "../../contract/index.js";
import type { Account } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { policyOf } from "../../local/tests/support/roles.ts";
import { listParameters } from "../../names/layout.ts";
import { type Right, toPolicy, toRight } from "../../tools/permissions/table.ts";
import { type DeployedStack, deploySmallStack, openGate, runCommand, startQuickAccount } from "./deployed-stack.ts";
import { hurriedSpeed } from "./hurried-speed.ts";
import { watchDecisions } from "./role-permissions.ts";
import { createRoleWithPolicies, openSession, toVariables } from "./role-session.ts";
import { importedVisitors } from "./small-data.ts";

const stack = "operated";
const roleName = "operator";
const minute = 60_000;
const experiment = { name: "popular-1", variants: { recommendation: 50, popular: 50 }, goal: "DetailView" };
const place = { account: "000000000000", region: "eu-west-1" };

/** A run of a command. */
interface Run {
  /** The row of the table. */
  readonly row: string;
  readonly args: () => readonly string[];
  /** Makes the situation that the command is for. */
  readonly prepare?: () => Promise<void>;
  /** The exit codes that are right. @default 0 */
  readonly codes?: readonly number[];
  /** What a run with other codes prints all the same. */
  readonly shows?: RegExp;
  /** An action without which the run cannot do what it is for. */
  readonly needs: string;
}

const isoNow = ({ clock }: Account) => new Date(clock.now()).toISOString();

/** Puts events on the stream, as one batch. */
const send = ({ put }: DeployedStack, ...events: object[]) =>
  put(events.map((event) => ({ eventType: "DetailView", itemId: "2-Beagle-2-3", ...event })));

/** Makes the consumer give up a batch with events of the visitor and of another one. */
async function giveUpBatch(deployed: DeployedStack, visitor: string): Promise<void> {
  const { account, outputs } = deployed;
  const outage = { service: "personalize-events", operation: "PutEvents", code: "ServiceUnavailable" } as const;
  account.faults.inject({ ...outage, message: "down", status: 503, times: 1000 });
  await storing(deployed, outputs.quarantineBucketName, "aws/lambda/", 1, () =>
    send(deployed, { sessionId: "s-operated", userId: visitor }, { sessionId: "s-other" }),
  );
  account.faults.clear();
}

/** Tags the imported files, as `aws:defaultTags` does: `forget` keeps tags when it writes. */
async function tagImportedFiles({ s3, outputs: { dataBucketName: Bucket } }: DeployedStack): Promise<void> {
  for (const Prefix of ["seed/", "catalogue/"]) {
    const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix });
    for (const { Key } of Contents) {
      await s3.putObjectTagging({ Bucket, Key, Tagging: { TagSet: [{ Key: "team", Value: "pets" }] } });
    }
  }
}

/**
 * Does what makes the stack write objects, and waits until a bucket has so many more of them, whose
 * keys begin with `prefix`.
 */
async function storing({ s3 }: DeployedStack, Bucket: string, prefix: string, count: number, work: () => unknown) {
  const countAll = async () => (await s3.listObjectsV2({ Bucket, Prefix: prefix })).KeyCount ?? 0;
  const before = await countAll();
  await work();
  await eventually(
    async () => (await countAll()) >= before + count || undefined,
    `not ${count} more objects are below ${prefix} in ${Bucket}`,
  );
}

/**
 * A visitor with imported interactions, so that `forget` says with 1 that their file still has
 * them.
 */
const findVisitor = ({ findUsers }: DeployedStack): string => findUsers()[0]?.id ?? "";

function listRuns(deployed: DeployedStack): Run[] {
  const { account, outputs } = deployed;
  const visitor = findVisitor(deployed);
  // One whose variant of the experiment is a model's.
  const modelled =
    deployed.findUsers("", importedVisitors).find(({ id }) => chooseVariant(experiment, { userId: id }) !== "popular")
      ?.id ?? "";
  const began = isoNow(account);
  const rollback = ["rollback", "--yes", "--model", "recommendation"];
  let first = "";
  let promoted = "";
  return [
    // It says with 1 that the role may not deploy.
    {
      row: "doctor",
      args: () => ["doctor"],
      needs: "personalize:ListDatasetGroups",
      codes: [0, 1],
      shows: /\nquotas of Personalize +passed.*\nconcurrency of Lambda +(passed|failed)/s,
      // Its checks load several SDKs at once; on a hurried clock a request grows old meanwhile.
      prepare: async () => account.clock.setSpeed(1),
    },
    {
      row: "smoke",
      args: () => ["smoke"],
      needs: "kinesis:PutRecord",
      prepare: async () => account.clock.setSpeed(hurriedSpeed),
    },
    { row: "smoke --retrain", args: () => ["smoke", "--retrain"], needs: "states:StartExecution" },
    { row: "status", args: () => ["status"], needs: "cloudwatch:GetMetricData" },
    { row: "history", args: () => ["history"], needs: "kms:Decrypt" },
    {
      row: "costs",
      args: () => ["costs"],
      needs: "personalize:ListEventTrackers",
      // It counts whole hours.
      prepare: () => account.clock.advance(60 * minute),
    },
    {
      row: "rollback",
      args: () => rollback,
      needs: "states:StartExecution",
      async prepare() {
        promoted = await deployed.readServedVersion();
      },
    },
    {
      row: "rollback",
      args: () => [...rollback, "--to", promoted],
      needs: "personalize:DescribeSolutionVersion",
      async prepare() {
        first = await deployed.readServedVersion();
      },
    },
    {
      row: "history",
      args: () => ["history"],
      needs: "states:ListExecutions",
      // An update that no decision has.
      async prepare() {
        const campaignArn = outputs.campaignArns.recommendation;
        await deployed.personalize.updateCampaign({ campaignArn, solutionVersionArn: first });
        await eventually(
          async () => (await deployed.readServedVersion()) === first || undefined,
          "the campaign was not updated",
        );
      },
    },
    {
      row: "replay",
      args: () => ["replay", "--yes", "--source", "quarantine"],
      needs: "s3:DeleteObject",
      async prepare() {
        // So far ahead that the account's clock does not reach it before the consumer has looked.
        const timestamp = new Date(account.clock.now() + 180 * minute).toISOString();
        await storing(deployed, outputs.quarantineBucketName, "quarantine/", 3, async () => {
          await send(deployed, { sessionId: "s-operated", userId: visitor, timestamp });
          // The rows are read, because the updates do not name all columns.
          await deployed.put([{ itemUpdate: { itemId: "2-Beagle-2-3", available: true }, timestamp }]);
          await deployed.put([{ userUpdate: { userId: "10000", properties: { CLUB: "chess" } }, timestamp }]);
        });
        await account.clock.advance(180 * minute);
      },
    },
    {
      row: "replay",
      args: () => ["replay", "--yes", "--source", "failed"],
      needs: "kinesis:PutRecords",
      prepare: () => giveUpBatch(deployed, visitor),
    },
    {
      row: "replay",
      args: () => ["replay", "--yes", "--source", "archive", "--from", began, "--to", "2099-01-01"],
      needs: "s3:PutObjectTagging",
      async prepare() {
        await storing(deployed, outputs.archiveBucketName, "events/", 1, async () => {
          await send(deployed, { sessionId: "s-operated", userId: visitor });
          await account.clock.advance(5 * minute);
        });
      },
    },
    {
      row: "explain",
      args: () => ["explain", "--user", modelled, "--item", "2-Beagle-2-3"],
      needs: "personalize:GetRecommendations",
      // Records of the visitor that were refused and given up.
      async prepare() {
        await storing(deployed, outputs.quarantineBucketName, "quarantine/", 1, () =>
          send(deployed, { sessionId: "s-explained", userId: modelled, eventType: "Swim" }),
        );
        await giveUpBatch(deployed, modelled);
      },
    },
    {
      row: "explain",
      // An item that no update has changed.
      args: () => ["explain", "--user", modelled, "--item", "2-Pug-3-3"],
      needs: "s3:ListBucket",
    },
    { row: "experiment", args: () => ["experiment"], needs: "ssm:GetParameter" },
    { row: "rebuild", args: () => ["rebuild", "--yes"], needs: "iam:PassRole" },
    {
      row: "forget",
      args: () => ["forget", "--yes", "--user", visitor],
      codes: [1],
      needs: "states:ListExecutions",
      async prepare() {
        await storing(deployed, outputs.quarantineBucketName, "quarantine/", 1, () =>
          send(deployed, { sessionId: "s-operated", userId: visitor, eventType: "Swim" }),
        );
        await giveUpBatch(deployed, visitor);
        await storing(deployed, outputs.dataBucketName, "users/", 1, () =>
          send(deployed, { userUpdate: { userId: visitor, properties: { HOME: "house" } } }),
        );
        await tagImportedFiles(deployed);
        await account.clock.advance(5 * minute);
      },
    },
  ];
}

/** Everything that commands used, by row, and what failed. */
interface Outcome {
  readonly used: ReadonlyMap<string, readonly Right[]>;
  readonly failures: readonly string[];
}

/**
 * Deploys a stack with what commands can look at, and runs each command with the rights of its row;
 * in the second ring before that without one of them, which must be what it complains of.
 */
export async function runCommands(rightsOf: (row: string) => readonly Right[]): Promise<Outcome> {
  const account = await startQuickAccount();
  const folder = mkdtempSync(join(tmpdir(), "commands-"));
  const usersFile = join(folder, "users.csv");
  const users = Array.from({ length: importedVisitors }, (_, n) => `${10_000 + n},flat\n`);
  writeFileSync(usersFile, `USER_ID,HOME\n${users.join("")}`);
  const usersSchemaFile = join(folder, "users.schema.json");
  const fields = [
    { name: "USER_ID", type: "string" },
    { name: "HOME", type: "string", categorical: true },
    { name: "CLUB", type: ["null", "string"] },
  ];
  const schema = {
    type: "record",
    name: "Users",
    namespace: "com.amazonaws.personalize.schema",
    version: "1.0",
    fields,
  };
  writeFileSync(usersSchemaFile, JSON.stringify(schema));
  const settings = {
    metricAttribution: "true",
    maximumRetryAttempts: "0",
    archiveBufferSeconds: "60",
    experiment: JSON.stringify(experiment),
    usersFile,
    usersSchemaFile,
  };
  const deployed = await deploySmallStack(account, stack, { ...openGate, ...settings });
  try {
    return await runAll(deployed, rightsOf);
  } finally {
    await deployed.close();
    rmSync(folder, { recursive: true });
  }
}

async function runAll(deployed: DeployedStack, rightsOf: (row: string) => readonly Right[]): Promise<Outcome> {
  const { account } = deployed;
  const callerArn = await createRoleWithPolicies(account, roleName, []);
  const keyArn = await deployed.readParameter(listParameters(stack).encryptionKey);
  const names = { ...place, stack, callerArn, keyArn };
  const recorder = recordUse(account, callerArn);
  const failures: string[] = [];
  const run = async (row: string, args: readonly string[], rights: readonly Right[]) => {
    const { Statement } = toPolicy(rights, names);
    const policy = { RoleName: roleName, PolicyName: "row", PolicyDocument: policyOf(Statement) };
    await new IAM(sdk(account)).putRolePolicy(policy);
    recorder.startRow(row);
    // Kinesis asks KMS for a key of the caller every five minutes.
    await account.clock.advance(6 * minute);
    const session = toVariables(await openSession(account, callerArn));
    return runCommand(account, [...args, "--stack", stack], { ...session, ...deployed.variables });
  };
  for (const { row, args, prepare, needs, codes = [0], shows } of listRuns(deployed)) {
    await prepare?.();
    const words = args();
    const rights = rightsOf(row);
    const less = rights.filter(({ action }) => action !== needs);
    if (less.length < rights.length) {
      const { printed } = await run(row, words, less);
      if (!printed.includes(needs)) failures.push(`${words.join(" ")} does not miss ${needs}: ${printed}`);
    }
    const { code, printed } = await run(row, words, rights);
    const isRight =
      codes.includes(code) && !/not authorized to perform/.test(printed) && (shows?.test(printed) ?? true);
    if (!isRight) failures.push(`${words.join(" ")} ended with ${code}: ${printed}`);
  }
  const toRights = (asked: readonly Asked[]) => asked.map(({ action, resource }) => toRight(action, resource, names));
  return { used: new Map(Array.from(recorder.used, ([row, asked]) => [row, toRights(asked)])), failures };
}

interface Asked {
  readonly action: string;
  readonly resource: string;
}

/** Records what IAM allows sessions of the role, for the row that was started last. */
function recordUse(account: Account, callerArn: string) {
  const used = new Map<string, Asked[]>();
  let current: Asked[] = [];
  watchDecisions(account, ({ action, resource }, roleArn) => {
    if (roleArn === callerArn) current.push({ action, resource });
  });
  return {
    used,
    startRow(row: string): void {
      current = used.get(row) ?? [];
      used.set(row, current);
    },
  };
}
