import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { expect, test, vi } from "vitest";
import { createWorkspace } from "../../account/services/lambda/execution/workspace.ts";
import { startAccount } from "../../account.ts";
import { eventually } from "../support/eventually.ts";
import { openLambda, writeReturning } from "./functions.mts";

/** The folders of functions of this process's accounts. */
const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`local-account-lambda-${process.pid}-`));

test("an account that is closed while it unpacks a zip waits for it, and leaves no file", async () => {
  const before = folders();
  const mine = () => folders().filter((name) => !before.includes(name));
  // The zip is unpacked in a folder that is named by its hash.
  const countFiles = () =>
    mine()
      .map((name) => join(tmpdir(), name))
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .flatMap((folder) => (/[0-9a-f]{64}$/.test(folder) ? readdirSync(folder) : [])).length;
  const on = await openLambda(startAccount);
  const files = Array.from({ length: 500 }, (_, index) => [`folder-${index}/index.js`, strToU8("0;")] as const);
  const creation = on.lambda.createFunction({
    FunctionName: "large",
    Role: on.role,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { ZipFile: zipSync(Object.fromEntries(files)) },
  });
  const settled = Promise.allSettled([creation]);
  while (countFiles() < 20) await new Promise(setImmediate);
  await on.account.close();
  expect(mine()).toEqual([]);
  const isCreation = ({ operation }: { operation: string }) => operation === "CreateFunction";
  const created = await eventually(() => on.account.log.entries().find(isCreation), "the creation does not end");
  expect(created.error).toBeUndefined();
  expect(mine()).toEqual([]);
  await settled;
});

test("the files of a closed account are removed while others go on", async () => {
  const workspace = createWorkspace();
  const folder = workspace.directory();
  for (let i = 0; i < 1_000; i++) writeFileSync(join(folder, `${i}.js`), "");
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await workspace.close(async () => {});
  clearInterval(timer);
  expect(existsSync(folder)).toBe(false);
  expect(turns).toBeGreaterThan(2);
});

test("a temporary folder that cannot be written is named, with what to do, and used again later", async () => {
  const on = await openLambda();
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.stubEnv("TMPDIR", "/nonexistent");
  await expect(on.create("pets", writeReturning("hello"))).rejects.toThrow(
    /cannot write to the temporary folder \/nonexistent: ENOENT.* TMPDIR/,
  );
  vi.unstubAllEnvs();
  await on.create("pets", writeReturning("hello"));
  expect(await on.invoke("pets")).toMatchObject({ result: "hello" });
  vi.restoreAllMocks();
});
