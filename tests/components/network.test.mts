import { expect, test } from "vitest";
import { record, waitForOutput, waitForRegistrations } from "../support/record.ts";

// awsx is a remote component whose provider cannot be had without a download: only its inputs are
// proven here.
const recorder = record();
const { Foundation } = await import("../../components/platform/foundation.ts");
const { choosePrivate, requireInVpc } = await import("../../components/platform/existing-network.ts");
const { Network } = await import("../../components/platform/network.ts");

const foundation = new Foundation("base", { logRetentionDays: 30, deletionProtection: false, tags: {} });
const existing = new Network("mine", {
  foundation,
  network: { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] },
});
const lookedUp = new Network("found", { foundation, network: { vpcId: "vpc-1" } });
new Network("new", { foundation, network: "create" });
await waitForRegistrations();

test("an existing VPC is used without new resources", async () => {
  expect(await waitForOutput(existing.subnetIds)).toEqual(["subnet-1", "subnet-2"]);
  expect(await waitForOutput(existing.securityGroupIds)).toEqual(["sg-1"]);
  expect(recorder.resources.filter(({ name, custom }) => custom && name.startsWith("mine"))).toEqual([]);
});

test("a VPC's id is enough: its private subnets, and a new group that lets HTTPS out", async () => {
  expect(await waitForOutput(lookedUp.subnetIds)).toEqual(["subnet-1", "subnet-2"]);
  expect(await waitForOutput(lookedUp.securityGroupIds)).toEqual(["found-functions-id"]);
  expect(recorder.one("aws:ec2/securityGroup:SecurityGroup", "found-functions").inputs).toMatchObject({
    vpcId: "vpc-1",
    egress: [{ protocol: "tcp", fromPort: 443, toPort: 443 }],
  });
});

test("a subnet has its own route table, otherwise the main one; one with an internet gateway is not private", () => {
  const open = [{ gatewayId: "igw-1" }];
  const closed = [{ gatewayId: "local" }];
  const main = { subnetId: "", main: true };
  const own = { subnetId: "subnet-a", main: false };
  const subnets = ["subnet-a", "subnet-b"];
  expect(choosePrivate(subnets, [{ routes: open, associations: [main] }])).toEqual([]);
  expect(
    choosePrivate(subnets, [
      { routes: open, associations: [main] },
      { routes: closed, associations: [own] },
    ]),
  ).toEqual(["subnet-a"]);
});

test("ids of another VPC are refused", () => {
  expect(requireInVpc("subnetIds", ["subnet-1"], ["subnet-1"], "vpc-1")).toEqual(["subnet-1"]);
  expect(() => requireInVpc("subnetIds", ["subnet-1", "subnet-2"], ["subnet-1"], "vpc-1")).toThrow(
    "recommender:network: subnet-2 of subnetIds is not in vpc-1. Use ids of that VPC, or leave subnetIds out.",
  );
});

test("it has an endpoint for each service that the functions call", () => {
  const endpoints = recorder.of("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => inputs);
  expect(endpoints.map(({ serviceName, vpcEndpointType }) => [serviceName, vpcEndpointType])).toEqual([
    ["com.amazonaws.eu-west-1.monitoring", "Interface"],
    ["com.amazonaws.eu-west-1.personalize", "Interface"],
    ["com.amazonaws.eu-west-1.personalize-events", "Interface"],
    ["com.amazonaws.eu-west-1.personalize-runtime", "Interface"],
    ["com.amazonaws.eu-west-1.s3", "Gateway"],
  ]);
});

test("an endpoint is in the zones that its service offers", () => {
  const subnets = (service: string) =>
    recorder.one("aws:ec2/vpcEndpoint:VpcEndpoint", `new-${service}`).inputs.subnetIds;
  expect(subnets("personalize")).toEqual(["subnet-a", "subnet-b"]);
  expect(subnets("personalize-events")).toEqual(["subnet-b"]);
});

test("nothing comes in but HTTPS from the functions to the endpoints", () => {
  const groups = recorder.of("aws:ec2/securityGroup:SecurityGroup").filter(({ name }) => name.startsWith("new-"));
  const [endpoints, functions] = groups.map(({ inputs }) => inputs);
  expect(groups.map(({ name }) => name)).toEqual(["new-endpoints", "new-functions"]);
  expect(endpoints?.ingress).toEqual([
    { protocol: "tcp", fromPort: 443, toPort: 443, securityGroups: ["new-functions-id"] },
  ]);
  expect(functions?.ingress).toBeUndefined();
});
