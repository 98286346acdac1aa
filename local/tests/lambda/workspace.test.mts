import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { startAccount } from "../../account.ts";
import { eventually } from "../support/eventually.ts";
import { openLambda } from "./functions.mts";

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
