import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { judgeInterrupted } from "../../cli/doctor/checks/interrupted.ts";
import { deletions, listDeletions } from "../../cli/doctor/deployment/deletions.ts";
import { findInterrupted } from "../../cli/pulumi/interrupted.ts";

const place = { account: "123456789012", region: "eu-west-1" };
const stateOf = (...pending: object[]) => JSON.stringify({ version: 3, deployment: { pending_operations: pending } });
const creating = (type: string, name: string, inputs?: object) => ({
  type: "creating",
  resource: { urn: `urn:pulumi:prod::recommender::recommender:stack:Stack$${type}::${name}`, type, inputs },
});

test("a state lists the creations that were interrupted, and nothing else that was", () => {
  const role = creating("aws:iam/role:Role", "recommender-import-role", { name: "recommender-prod-import" });
  expect(findInterrupted(stateOf(role, { ...role, type: "updating" }))).toEqual([
    { type: "aws:iam/role:Role", name: "recommender-import-role", inputs: { name: "recommender-prod-import" } },
  ]);
  expect(findInterrupted(stateOf(creating("aws:kms/key:Key", "key")))).toMatchObject([{ inputs: {} }]);
});

test.each([["{}"], ['{"deployment":null}'], ['{"deployment":{}}'], [stateOf()]])("%s lists none", (state) => {
  expect(findInterrupted(state)).toEqual([]);
});

test("what a later `up` created is not listed, so that no command deletes it", () => {
  const stream = creating("aws:kinesis/stream:Stream", "stream", { name: "recommender-prod-events" });
  const { deployment } = JSON.parse(stateOf(stream));
  const state = JSON.stringify({ deployment: { ...deployment, resources: [{ urn: stream.resource.urn }] } });
  expect(findInterrupted(state)).toEqual([]);
});

test("commands have the names, also those of parts; what AWS names is left to its tags", () => {
  const { commands, unnamed } = listDeletions(
    findInterrupted(
      stateOf(
        creating("aws:iam/rolePolicy:RolePolicy", "import-policy", { name: "own", role: "recommender-prod-import" }),
        creating("aws:sns/topic:Topic", "topic", { name: "recommender-prod-notifications" }),
        creating("aws:scheduler/schedule:Schedule", "s", { groupName: "recommender-prod-schedules", name: "x y" }),
        creating("aws:kms/key:Key", "recommender-key"),
        creating("aws:ssm/parameter:Parameter", "recommender-contract-stream", {
          name: "/animal-recommender/prod/stream",
        }),
      ),
    ),
    place,
  );
  expect(commands).toEqual([
    "aws iam delete-role-policy --role-name recommender-prod-import --policy-name own",
    "aws sns delete-topic --topic-arn arn:aws:sns:eu-west-1:123456789012:recommender-prod-notifications --region eu-west-1",
    "aws scheduler delete-schedule --group-name recommender-prod-schedules --name 'x y' --region eu-west-1",
  ]);
  expect(unnamed).toEqual(["Key recommender-key"]);
});

test("docs/deploy.md has each command in its table", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../docs/deploy.md"), "utf8");
  for (const write of deletions.values()) {
    const command = write((key) => key, place);
    expect(guide).toContain(command.split(" ").slice(0, 3).join(" "));
  }
});

test("a stack without interrupted creations passes; one with them gets every command at once", () => {
  expect(judgeInterrupted([], "prod", place).outcome).toBe("passed");
  const group = (name: string) => creating("aws:cloudwatch/logGroup:LogGroup", name, { name: `/aws/lambda/${name}` });
  const { outcome, detail, remedy } = judgeInterrupted(findInterrupted(stateOf(group("a"), group("b"))), "prod", place);
  expect(outcome).toBe("warning");
  expect(detail).toContain("LogGroup a, LogGroup b");
  expect(remedy?.split("\n").slice(1)).toEqual([
    "pulumi cancel --stack prod",
    "aws logs delete-log-group --log-group-name /aws/lambda/a --region eu-west-1",
    "aws logs delete-log-group --log-group-name /aws/lambda/b --region eu-west-1",
    "pulumi refresh --clear-pending-creates --stack prod && pulumi up --stack prod",
  ]);
});
