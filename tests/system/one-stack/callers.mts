import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { chooseVariant } from "../../../contract/index.js";
import { eventually } from "../../../local/tests/support/eventually.ts";
import { succeeds } from "../../../local/tests/support/succeeds.ts";
import type { DeployedStack } from "../../support/deployed-stack.ts";
import { installPackedContract } from "../../support/packed-contract.mts";

// The programs in examples/callers, on the whole system in a local account.

const callers = fileURLToPath(new URL("../../../examples/callers", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "callers-"));

const hasBoto3 = succeeds("python3", ["-c", "import boto3"]);
const classPathFile = join(folder, "classpath");
/** Without the network: the packages must be in Maven's repository on this machine. */
const hasJavaSdk =
  succeeds("javac", ["--version"]) &&
  succeeds(
    "mvn",
    ["-o", "-q", "dependency:build-classpath", `-Dmdep.outputFile=${classPathFile}`],
    join(callers, "java"),
  );

const usersFile = join(folder, "users.csv");
writeFileSync(usersFile, "USER_ID,HOME\n10042,house\n");

const experiment = { name: "halves", variants: { recommendation: 50, same: 50 }, goal: "DetailView" };
export const settings = {
  placements: JSON.stringify({
    similar: { recipe: "aws-similar-items" },
    same: { model: "recommendation" },
    popular: { list: "popular" },
  }),
  experiment: JSON.stringify(experiment),
  usersFile,
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
      AWS_ENDPOINT_URL: account.origin,
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "000000000000",
      AWS_SECRET_ACCESS_KEY: "local",
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
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe("a program of another team puts an event on the stream, gets recommendations and ranks a list", () => {
    test("in TypeScript, with the contract from its packed file", async () => {
      installPackedContract(
        folder,
        ["client-kinesis", "client-lambda", "client-ssm"].map((name) => `@aws-sdk/${name}`),
      );
      copyFileSync(join(callers, "caller.mts"), join(folder, "caller.mts"));
      await check(open(), "typescript", process.execPath, join(folder, "caller.mts"));
    });

    test.skipIf(!hasBoto3)(`in Python${hasBoto3 ? "" : " (left out: no python3 with boto3)"}`, () =>
      check(open(), "python", "python3", join(callers, "caller.py")),
    );

    test.skipIf(!hasJavaSdk)(
      `in Java${hasJavaSdk ? "" : " (left out: no javac, or no AWS SDK in Maven's repository)"}`,
      async () => {
        const classPath = readFileSync(classPathFile, "utf8");
        const sources = ["Caller", "Variants"].map((name) => join(callers, "java", `${name}.java`));
        await promisify(execFile)("javac", ["-cp", classPath, "-d", folder, ...sources]);
        await check(open(), "java", "java", "-cp", `${folder}:${classPath}`, "Caller");
      },
    );
  });
}
