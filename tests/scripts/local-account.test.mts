// Commands that talk to AWS find the local account, and print a remedy when there is neither it nor
// AWS.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { STS } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProgram } from "../../cli/program.ts";
import { localConfig } from "../../cli/terminal/project-folder.ts";
import { type Account, startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { createRole, sessionOf } from "../../local/tests/support/roles.ts";
import { type CommandResult, callCommandLine } from "../support/command-line.ts";
import { toVariables } from "../support/role-session.ts";
import { createFiles } from "../support/temporary-folder.mts";

const { file } = createFiles();

let account: Account;
/** An address where nothing listens. */
let unused = "";
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  const ended = await startAccount();
  unused = ended.origin;
  await ended.close();
});
afterAll(() => account.close());

/**
 * Both ways to a stack's account: `doctor` reports what it cannot read, the others, such as
 * `status`, end with it.
 */
const commands = ["doctor", "status"];

/** A shell without credentials; `variables` are added. */
const run = (args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<CommandResult> =>
  callCommandLine(args, {
    ...Object.fromEntries(
      ["AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map((name) => [name, ""]),
    ),
    AWS_CONFIG_FILE: "/nonexistent",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_REGION: "",
    PORT: "1",
    ...variables,
  });

/** Without the line breaks of a table. */
const textOf = ({ printed }: CommandResult) => printed.replaceAll(/\s+/g, " ");

test.each(commands)("`%s` without credentials says how to use the local account or AWS", async (name) => {
  const { code, ...result } = await run([name, "--stack", "dev"]);
  expect(code).toBe(1);
  const text = textOf({ code, ...result });
  expect(text.match(/There are no AWS credentials/g)).toHaveLength(1);
  expect(text).toContain("add --local");
  expect(text).toContain("AWS_PROFILE=<profile>");
});

test.each(commands)("`%s` at an address where nothing listens names the address and the ways out", async (name) => {
  const variables = {
    AWS_ENDPOINT_URL: unused,
    AWS_ACCESS_KEY_ID: "000000000000",
    AWS_SECRET_ACCESS_KEY: "x",
  };
  const result = await run([name, "--stack", "dev"], variables);
  expect(result.code).toBe(1);
  expect(textOf(result)).toContain(`Nothing listens on ${unused}, the address in AWS_ENDPOINT_URL.`);
  expect(textOf(result)).toContain("--port <number>");
});

test.each(commands)("`%s --port` uses the local account without any variable", async (name) => {
  const { port } = new URL(account.origin);
  const result = await run([name, "--stack", "dev", "--port", port]);
  if (name === "doctor") expect(result.out).toMatch(/identity +passed +arn:aws:iam::000000000000:root in eu-west-1/);
  else expect(result.err).toContain('Account 000000000000 has no stack "dev" in eu-west-1');
});

test("every command that reads a stack's settings can use the local account", () => {
  const flags = (command: ReturnType<typeof createProgram>) => command.options.map(({ long }) => long);
  const lacking = createProgram()
    .commands.filter((command) => flags(command).includes("--stack") && !flags(command).includes("--local"))
    .map((command) => command.name());
  expect(lacking).toEqual([]);
});

test("`--local` uses the account on PORT, also with a profile of AWS", async () => {
  const { port } = new URL(account.origin);
  const { err } = await run(["status", "--stack", "dev", "--local"], {
    PORT: port,
    AWS_PROFILE: "work",
    AWS_SESSION_TOKEN: "x",
  });
  expect(err).toContain('Account 000000000000 has no stack "dev" in eu-west-1');
});

/** A session of a new role that may do nothing, as variables. */
async function openSession() {
  const session = await sessionOf(account, await createRole(account, `role-${made++}`, "000000000000"), 900);
  const { Arn = "" } = await new STS(sdk(account, session)).getCallerIdentity({});
  return { arn: Arn, variables: { ...toVariables(session), AWS_PROFILE: "work", PORT: new URL(account.origin).port } };
}
let made = 0;

test("`--local` runs as the role whose session the shell has, with its permissions", async () => {
  const { arn, variables } = await openSession();
  const { code, err } = await run(["status", "--stack", "dev", "--local"], variables);
  expect(err).toContain(`${arn}, the session in AWS_SESSION_TOKEN, runs this.`);
  expect(err).toContain("not authorized to perform: ssm:GetParametersByPath");
  expect(code).toBe(1);
});

test("`--local` runs as the account that the shell's key names", async () => {
  const variables = { PORT: new URL(account.origin).port, AWS_ACCESS_KEY_ID: "111111111111" };
  const { err } = await run(["status", "--stack", "dev", "--local"], variables);
  expect(err).toContain('Account 111111111111 has no stack "dev"');
});

test("`--local` with a session of another account runs as the owner, and says so", async () => {
  const { variables } = await openSession();
  const { err } = await run(["status", "--stack", "dev", "--local"], { ...variables, AWS_SESSION_TOKEN: "of AWS" });
  expect(err).toContain("The account's owner runs this: AWS_SESSION_TOKEN is not of this account.");
  expect(err).toContain('Account 000000000000 has no stack "dev"');
});

test("`--local` does not run as the owner when the session has expired", async () => {
  const { variables } = await openSession();
  await account.clock.advance(900_000);
  const { code, err } = await run(["status", "--stack", "dev", "--local"], variables);
  expect(code).toBe(1);
  expect(err).toContain("The AWS credentials have expired");
});

test("`--local` reads the configuration of `recommender pulumi`, whose Region goes before the shell's", async () => {
  const stack = `own-${process.pid}`;
  const stackFile = join(localConfig, `Pulumi.${stack}.yaml`);
  mkdirSync(localConfig, { recursive: true });
  writeFileSync(stackFile, "config:\n  aws:region: eu-north-1\n  recommender:minProvisionedTPS: no\n");
  try {
    const port = ["--port", new URL(account.origin).port];
    expect(textOf(await run(["doctor", "--stack", stack, ...port]))).toMatch(/minProvisionedTPS.*root in eu-north-1/);
    // In the shell of `recommender environment`.
    const shell = {
      AWS_ENDPOINT_URL: account.origin,
      PULUMI_COMMAND: "npx recommender pulumi",
      AWS_REGION: "us-east-1",
    };
    expect((await run(["status", "--stack", stack], shell)).err).toContain("in eu-north-1");
  } finally {
    rmSync(stackFile);
  }
});

test("`--local` calls no address of one service, which the shell or the shared configuration has", async () => {
  const { port } = new URL(account.origin);
  for (const each of commands) {
    const variables = { PORT: port, ...shellOfAnotherAccount() };
    const { printed } = await run([each, "--stack", "dev", "--local"], variables);
    expect(printed).not.toMatch(/127\.0\.0\.1:1\b|ECONNREFUSED|FIPS|dualstack/i);
    expect(printed).not.toContain(unused);
    expect(printed).toContain("000000000000");
  }
});

/** Settings that would lead a client elsewhere, in each place where a user may have them. */
function shellOfAnotherAccount() {
  const services = ["STS", "SSM", "PERSONALIZE", "S3", "SERVICE_QUOTAS", "IAM", "LAMBDA"];
  const others = ["endpoint_url = http://127.0.0.1:1", "use_fips_endpoint = true", "use_dualstack_endpoint = true"];
  return {
    AWS_CONFIG_FILE: file("config", "[default]", "ignore_configured_endpoint_urls = true", ...others),
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
    ...Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, unused])),
  };
}

test("`--local` without an account says how to start one", async () => {
  const { code, err } = await run(["status", "--stack", "dev", "--local"]);
  expect(code).toBe(1);
  expect(err).toContain(
    "No local account listens on http://127.0.0.1:1. Start one in another terminal: npm start -- --port 1 (",
  );
});
