import { execFile } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { chooseVariant } from "../../../contract/index.js";
import { eventually } from "../../../local/tests/support/eventually.ts";
import { needs } from "../../../local/tests/support/needs.ts";
import { succeeds } from "../../../local/tests/support/succeeds.ts";
import { type DeployedStack, variablesFor } from "../../support/deployed-stack.ts";
import { root } from "../../support/listed-files.mts";
import { installPackedContract } from "../../support/packed-contract.mts";
import { createFiles } from "../../support/temporary-folder.mts";

// The programs in examples/callers, on the whole system in a local account.

const callers = join(root, "examples/callers");
const { folder, file } = createFiles();

const needsBoto3 = needs("python3 with boto3", succeeds("python3", ["-c", "import boto3"]));
const classPathFile = join(folder, "classpath");
/** Without the network: the packages must be in Maven's repository on this machine. */
const hasJavaSdk =
  succeeds("javac", ["--version"]) &&
  succeeds(
    "mvn",
    ["-o", "-q", "dependency:build-classpath", `-Dmdep.outputFile=${classPathFile}`],
    join(callers, "java"),
  );

const experiment = { name: "halves", variants: { recommendation: 50, same: 50 }, goal: "DetailView" };
export const settings = {
  placements: JSON.stringify({
    similar: { recipe: "aws-similar-items" },
    same: { model: "recommendation" },
    popular: { list: "popular" },
  }),
  experiment: JSON.stringify(experiment),
  usersFile: file("users.csv", "USER_ID,HOME", "10042,house"),
};

/** Runs a program with the local account's address, and checks that all calls worked. */
async function check(
  { account, stack }: DeployedStack,
  session: string,
  command: string,
  ...args: string[]
): Promise<void> {
  const { stdout } = await promisify(execFile)(command, [...args, stack, session, "similar"], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      PYTHONDONTWRITEBYTECODE: "1",
      AWS_DEFAULT_REGION: "eu-west-1",
      ...variablesFor(account),
    },
  });
  const { recommended, viewed, similar, ranking, variants } = JSON.parse(stdout);
  const variant = chooseVariant(experiment, { sessionId: session });
  expect(variants).toEqual([variant, variant]);
  expect([recommended, similar].map((items) => items.length)).toEqual([5, 5]);
  expect([...ranking].sort()).toEqual(["pet-1", "pet-2"]);
  const putEvents = await eventually(
    () =>
      account.log.entries().find(({ operation, input }) => operation === "PutEvents" && sessionOf(input) === session),
    "the event did not reach Personalize",
  );
  const groups: Record<string, string> = { "pet-1": "2-Pug-1-4", "pet-2": "1-Siamese-1-2" };
  expect(putEvents).toMatchObject({ status: 200, input: { eventList: [{ itemId: groups[viewed] }] } });
  const users = [{ userId: `user-${session}`, properties: '{"home":"flat"}' }];
  const isUpdate = ({ operation, status, input }: { operation: string; status: number; input: unknown }) =>
    operation === "PutUsers" && status === 200 && isDeepStrictEqual((input as { users: unknown }).users, users);
  await eventually(
    () => account.log.entries().some(isUpdate) || undefined,
    "the user's update did not reach Personalize",
  );
}

const sessionOf = (input: unknown) => (input as { sessionId?: string }).sessionId;

export function testCallers(open: () => DeployedStack): void {
  describe("a program of another team puts an event on the stream, gets recommendations and ranks a list", () => {
    test("in TypeScript, with the contract from its packed file", async () => {
      installPackedContract(
        folder,
        ["client-kinesis", "client-lambda", "client-ssm"].map((name) => `@aws-sdk/${name}`),
      );
      copyFileSync(join(callers, "caller.mts"), join(folder, "caller.mts"));
      await check(open(), "typescript", process.execPath, join(folder, "caller.mts"));
    });

    test("in Python", needsBoto3, () => check(open(), "python", "python3", join(callers, "caller.py")));

    test("in Java", needs("javac, and the AWS SDK in Maven's repository", hasJavaSdk), async () => {
      const classPath = readFileSync(classPathFile, "utf8");
      const sources = ["Caller", "Variants"].map((name) => join(callers, "java", `${name}.java`));
      await promisify(execFile)("javac", ["-cp", classPath, "-d", folder, ...sources]);
      await check(open(), "java", "java", "-cp", `${folder}:${classPath}`, "Caller");
    });
  });
}
