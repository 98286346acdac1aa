import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { copyConfigs } from "../../cli/pulumi/config-copies.ts";
import { useFolder } from "../support/temporary-folder.mts";

// The CLI's texts are from runs of Pulumi 3.274.1 with a passphrase.

const at = useFolder();
let root = "";
let copies = "";
beforeEach(() => {
  [root, copies] = [at(), at("copies")];
  mkdirSync(copies);
});

const inRoot = (text: string) => writeFileSync(join(root, "Pulumi.dev.yaml"), text);
const inCopy = (text: string) => writeFileSync(join(copies, "Pulumi.dev.yaml"), text);
const rootText = () => readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
const copyText = () => readFileSync(join(copies, "Pulumi.dev.yaml"), "utf8");

const file = `# of the team
config:
  # nearest
  aws:region: eu-west-1
  recommender:filters:
    adoptable: EXCLUDE ItemID WHERE Items.STATUS IN ("adopted") AND Items.A_VERY_LONG_COLUMN_NAME IN ("a", "b")
`;

/** Copies the file of the root, and returns what writes its changes back. */
const copyFile = () => {
  inRoot(file);
  return copyConfigs(root, copies);
};

test("the copy has the values of the root's file, not those of an old copy", () => {
  inRoot(file);
  inCopy("config:\n  aws:region: us-east-1\n  recommender:batchSize: 5\n");
  copyConfigs(root, copies);
  expect(copyText()).toContain("aws:region: eu-west-1");
  expect(copyText()).not.toContain("batchSize");
});

test("keeps the salt of `stack init` in the copy and does not change the root's file", () => {
  const writeBack = copyFile();
  inCopy(`${copyText()}encryptionsalt: v1:abc=\n`);
  writeBack();
  expect(rootText()).toBe(file);
  copyConfigs(root, copies);
  expect(copyText()).toContain("encryptionsalt: v1:abc=");
});

test("writes a value that `config set` changed to the root's file and keeps its comments", () => {
  const writeBack = copyFile();
  inCopy(copyText().replace("eu-west-1", "eu-central-1"));
  writeBack();
  expect(rootText()).toBe(file.replace("eu-west-1", "eu-central-1"));
});

test("removes a value from the root's file that `config rm` removed", () => {
  inRoot("config:\n  aws:region: eu-west-1\n  recommender:batchSize: 5\n");
  const writeBack = copyConfigs(root, copies);
  inCopy("config:\n  aws:region: eu-west-1\n");
  writeBack();
  expect(rootText()).toBe("config:\n  aws:region: eu-west-1\n");
});

test("does not write a file to the root again that was deleted there", () => {
  inRoot(file);
  inCopy("encryptionsalt: v1:abc=\n");
  copyConfigs(root, copies);
  rmSync(join(root, "Pulumi.dev.yaml"));
  copyConfigs(root, copies)();
  expect(existsSync(join(root, "Pulumi.dev.yaml"))).toBe(false);
  expect(copyText()).not.toContain("eu-west-1");
  expect(copyText()).toContain("encryptionsalt: v1:abc=");
});

test("keeps the values of a stack that the CLI itself made, in a shell with `local/engine.sh`", () => {
  inCopy("config:\n  aws:region: eu-west-1\nencryptionsalt: v1:abc=\n");
  const writeBack = copyConfigs(root, copies);
  expect(copyText()).toBe("config:\n  aws:region: eu-west-1\nencryptionsalt: v1:abc=\n");
  writeBack();
  expect(rootText()).toBe("config:\n  aws:region: eu-west-1\n");
});

test("keeps the root's file when `stack rm` deletes the copy", () => {
  const writeBack = copyFile();
  rmSync(join(copies, "Pulumi.dev.yaml"));
  writeBack();
  expect(rootText()).toBe(file);
});

test("writes no file at the root for a stack without values", () => {
  const writeBack = copyConfigs(root, copies);
  inCopy("encryptionsalt: v1:abc=\n");
  writeBack();
  expect(rootText).toThrow("ENOENT");
});

test("leaves the root's secrets out of the copy and keeps them at the root", () => {
  const team =
    "secretsprovider: awskms://alias/team\nencryptedkey: abc\nconfig:\n  aws:secretKey:\n    secure: AAAB\n  aws:region: eu-west-1\n";
  inRoot(team);
  const writeBack = copyConfigs(root, copies);
  expect(copyText()).not.toMatch(/secure|awskms|encryptedkey/);
  inCopy(copyText().replace("eu-west-1", "eu-central-1"));
  writeBack();
  expect(rootText()).toContain("secure: AAAB");
  expect(rootText()).toContain("secretsprovider: awskms://alias/team");
  expect(rootText()).toContain("aws:region: eu-central-1");
});

test("keeps a secret that was set on the copy in the copy only", () => {
  const writeBack = copyFile();
  inCopy(`${copyText()}  aws:token:\n    secure: v1:local\n`);
  writeBack();
  expect(rootText()).toBe(file);
  copyConfigs(root, copies);
  expect(copyText()).toContain("secure: v1:local");
});
