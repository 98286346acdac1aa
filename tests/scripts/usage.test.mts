import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { createProgram } from "../../cli/program.ts";
import { callCommandLine, runCommandLine } from "../support/command-line.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Without an account. */
const recommender = (...args: string[]) => runCommandLine(args, { PORT: "1", AWS_ENDPOINT_URL: "" });
/** The same in this process. */
const call = (...args: string[]) => callCommandLine(args, { PORT: "1", AWS_ENDPOINT_URL: "" });

/**
 * Runs a command that ends with its help or with wrong usage, in this process: a process for each
 * takes a second.
 */
async function use(...args: string[]): Promise<{ ended: unknown; printed: string }> {
  let printed = "";
  const print = (text: unknown) => {
    printed += String(text);
    return true;
  };
  const outputs = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(print));
  try {
    const ended = await createProgram()
      .parseAsync(args, { from: "user" })
      .catch((error: unknown) => error);
    return { ended, printed };
  } finally {
    for (const output of outputs) output.mockRestore();
  }
}

const commands = createProgram()
  .commands.map((command) => command.name())
  .sort();

test("the help lists each command, and the exit codes", async () => {
  const { code, out } = await recommender("--help");
  expect(code).toBe(0);
  const listed = commands.filter((command) => new RegExp(`^  ${command}\\b`, "m").test(out));
  expect(listed).toEqual(commands);
  expect(out).toContain("Exit codes: 0");
});

test.each(commands)("recommender %s has examples in its help", async (command) => {
  const { ended, printed } = await use("help", command);
  // `pulumi` prints its help by itself: `--help` after it may be the CLI's.
  expect(ended).toMatchObject(command === "pulumi" ? {} : { exitCode: 0 });
  expect(ended).not.toMatchObject({ exitCode: 1 });
  expect(printed).toMatch(new RegExp(`Examples?:\\n.*recommender ${command}\\b`));
});

test.each([
  [["start", "--prot", "1"], "Did you mean --port?"],
  [["start", "--port", "high"], "Give a whole number from 0 to 65535."],
  [["smoke"], "required option '--stack <name>' not specified"],
  [["rollback", "--stack", "dev"], "--model"],
  [["replay", "--stack", "dev"], "required option '--source <quarantine|failed|archive>' not specified"],
  [["forget", "--stack", "dev", "--user", ""], "--user is empty"],
  [["replay", "--stack", "dev", "--source", "archiv"], "Allowed choices are quarantine, failed, archive."],
  [["replay", "--stack", "dev", "--source", "archive"], "the source archive needs --from and --to"],
  [["replay", "--stack", "dev", "--source", "failed", "--from", "2026-02-30"], "Give a date or time in ISO 8601"],
  [
    ["replay", "--stack", "dev", "--source", "failed", "--from", "2026-02-03", "--to", "2026-02-03T00:00Z"],
    "--from must be before --to",
  ],
])("%j is refused with what was meant", async (args, meant) => {
  const { ended, printed } = await use(...args);
  // For such an error the process ends with the code 2.
  expect(ended).toMatchObject({ name: "CommanderError", exitCode: 1 });
  expect(printed).toContain(meant);
});

test.each([[["strat"], "Did you mean start?"]])(
  "%j ends with the exit code 2 and what was meant",
  async (args, meant) => {
    const { code, err } = await recommender(...args);
    expect(code).toBe(2);
    expect(err).toContain(meant);
  },
);

test("`recommender pulumi up` without an account says how to start one, in one line", async () => {
  const { code, err } = await call("pulumi", "up", "--yes");
  expect(code).toBe(1);
  expect(err).toBe(
    "No local account listens on http://127.0.0.1:1. Start one in another terminal: npm start -- --port 1 (with the stack dev), " +
      "or npm run account -- --port 1 (empty).\n",
  );
});

test("`recommender pulumi --help` needs no Pulumi CLI", async () => {
  const { code, out } = await runCommandLine(["pulumi", "--help"], { PATH: "/nonexistent" });
  expect(code).toBe(0);
  expect(out).toContain("Run the Pulumi CLI on the local account");
});

/** The PATH of the variables that are printed in a shell with some others. */
async function findPath(variables: Readonly<Record<string, string>>): Promise<string> {
  const { out } = await callCommandLine(["environment"], { PORT: "1", ...variables });
  return /^export PATH='?(.*?)'?$/m.exec(out)?.[1] ?? "";
}

test("`recommender environment` in a shell that it has set up leaves PATH as it is", async () => {
  const PATH = await findPath({ PATH: "/usr/bin:/bin" });
  expect(PATH).toBe(`${join(root, "node_modules/.bin")}:${join(root, "local/pulumi/plugin")}:/usr/bin:/bin`);
  expect(await findPath({ PATH })).toBe(PATH);
});

test("`recommender environment` leaves out of PATH what npm adds for its scripts", async () => {
  const added = ["/home/ann/node_modules/.bin", "/usr/lib/node_modules/npm/lib/node-gyp-bin"];
  const PATH = [...added, "/usr/bin"].join(":");
  const found = await findPath({ PATH, npm_execpath: "/usr/lib/node_modules/npm" });
  expect(found.split(":").slice(2)).toEqual(["/usr/bin"]);
});

test("`recommender environment` removes what would lead a client elsewhere; an empty value would be a profile's name", async () => {
  const variables = { PORT: "1", AWS_ENDPOINT_URL: "", AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:2" };
  const { out } = await callCommandLine(["environment"], variables);
  const removed = /^unset (.*)$/m.exec(out)?.[1]?.split(" ") ?? [];
  const names = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_DYNAMODB"];
  expect(removed).toEqual(expect.arrayContaining(names));
  expect(out).not.toMatch(/^export \w+=('')?$/m);
});

test.each([["environment"], ["pulumi", "preview"]])(
  "`recommender %s --port` names the account",
  async (name, ...args) => {
    const { printed } = await call(name, "--port", "2", ...args);
    expect(printed).toContain("http://127.0.0.1:2");
  },
);

test("remedies for an account on another port than the shell's name the port", async () => {
  const printRemedies = async (...args: string[]) =>
    /^export PULUMI_COMMAND='?(.*?)'?$/m.exec((await call("environment", ...args)).out)?.[1];
  expect(await printRemedies("--port", "2")).toBe("npx recommender pulumi --port 2");
  expect(await printRemedies()).toBe("npx recommender pulumi");
});

test("a reader that stops early, such as `head`, gets no trace", () => {
  const command = `"${process.execPath}" cli/recommender.cjs --help | true; echo "$PIPESTATUS"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", command], { cwd: root, encoding: "utf8" });
  expect(stdout).toBe("0\n");
  expect(stderr).toBe("");
});

test("data that the service would refuse end `evaluate` with 1 and the reasons", async () => {
  const file = join(root, "tests/fixtures/upstream-seed/items.csv");
  const { code, err } = await call("evaluate", "--interactions", file);
  expect(code).toBe(1);
  expect(err).toContain("items.csv");
});
