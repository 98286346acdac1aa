import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { copyConfigs } from "../../pulumi/config-copies.ts";

// The text that the CLI writes is from runs of Pulumi 3.274.1 with a passphrase.

let root = "";
let copies = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "config-copies-"));
  copies = join(root, "copies");
  mkdirSync(copies);
});
afterEach(() => rmSync(root, { recursive: true }));

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

test("the copy has the values of the root's file, whatever it had before", () => {
  inRoot(file);
  inCopy("config:\n  aws:region: us-east-1\n  recommender:batchSize: 5\n");
  copyConfigs(root, copies);
  expect(copyText()).toContain("aws:region: eu-west-1");
  expect(copyText()).not.toContain("batchSize");
});

test("the salt of `stack init` stays in the copy, and the root's file as it is", () => {
  inRoot(file);
  const sync = copyConfigs(root, copies);
  inCopy(`${copyText()}encryptionsalt: v1:abc=\n`);
  sync.writeBack();
  expect(rootText()).toBe(file);
  copyConfigs(root, copies);
  expect(copyText()).toContain("encryptionsalt: v1:abc=");
});

test("a value that `config set` changed is written back, with the comments of the root's file", () => {
  inRoot(file);
  const sync = copyConfigs(root, copies);
  inCopy(copyText().replace("eu-west-1", "eu-central-1"));
  sync.writeBack();
  expect(rootText()).toBe(file.replace("eu-west-1", "eu-central-1"));
});

test("a value that `config rm` removed is removed", () => {
  inRoot("config:\n  aws:region: eu-west-1\n  recommender:batchSize: 5\n");
  const sync = copyConfigs(root, copies);
  inCopy("config:\n  aws:region: eu-west-1\n");
  sync.writeBack();
  expect(rootText()).toBe("config:\n  aws:region: eu-west-1\n");
});

test("a file that `stack rm` deleted is not deleted at the root", () => {
  inRoot(file);
  const sync = copyConfigs(root, copies);
  rmSync(join(copies, "Pulumi.dev.yaml"));
  sync.writeBack();
  expect(rootText()).toBe(file);
});

test("a stack without a value gets no file at the root", () => {
  const sync = copyConfigs(root, copies);
  inCopy("encryptionsalt: v1:abc=\n");
  sync.writeBack();
  expect(rootText).toThrow("ENOENT");
});

test("secrets of the team are not given to the local account, and are kept", () => {
  const team =
    "secretsprovider: awskms://alias/team\nencryptedkey: abc\nconfig:\n  aws:secretKey:\n    secure: AAAB\n  aws:region: eu-west-1\n";
  inRoot(team);
  const sync = copyConfigs(root, copies);
  expect(copyText()).not.toMatch(/secure|awskms|encryptedkey/);
  inCopy(copyText().replace("eu-west-1", "eu-central-1"));
  sync.writeBack();
  expect(rootText()).toContain("secure: AAAB");
  expect(rootText()).toContain("secretsprovider: awskms://alias/team");
  expect(rootText()).toContain("aws:region: eu-central-1");
});

test("a secret that is set here stays in the copy", () => {
  inRoot(file);
  const sync = copyConfigs(root, copies);
  inCopy(`${copyText()}  aws:token:\n    secure: v1:local\n`);
  sync.writeBack();
  expect(rootText()).toBe(file);
  copyConfigs(root, copies);
  expect(copyText()).toContain("secure: v1:local");
});
