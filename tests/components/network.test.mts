import { expect, test } from "vitest";
import { record, waitForOutput, waitForRegistrations } from "../support/record.ts";

// awsx is a remote component whose provider cannot be had without a download: only its inputs are proven here.
const recorder = record();
const { Foundation } = await import("../../components/platform/foundation.ts");
const { Network } = await import("../../components/platform/network.ts");

const foundation = new Foundation("base", { logRetentionDays: 30, deletionProtection: false, tags: {} });
const existing = new Network("mine", {
  foundation,
  network: { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] },
});
new Network("new", { foundation, network: "create" });
await waitForRegistrations();

test("an existing VPC is used without new resources", async () => {
  expect(await waitForOutput(existing.subnetIds)).toEqual(["subnet-1", "subnet-2"]);
  expect(await waitForOutput(existing.securityGroupIds)).toEqual(["sg-1"]);
  expect(recorder.resources.filter(({ name, custom }) => custom && name.startsWith("mine"))).toEqual([]);
});

test("a new VPC has isolated subnets in two zones and no way out but its endpoints", () => {
  expect(recorder.one("awsx:ec2:Vpc", "new-vpc").inputs).toMatchObject({
    cidrBlock: "10.0.0.0/16",
    numberOfAvailabilityZones: 2,
    natGateways: { strategy: "None" },
    subnetSpecs: [{ type: "Isolated", cidrMask: 24 }],
    enableDnsHostnames: true,
    enableDnsSupport: true,
  });
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
  const groups = recorder.of("aws:ec2/securityGroup:SecurityGroup");
  const [endpoints, functions] = groups.map(({ inputs }) => inputs);
  expect(groups.map(({ name }) => name)).toEqual(["new-endpoints", "new-functions"]);
  expect(endpoints?.ingress).toEqual([
    { protocol: "tcp", fromPort: 443, toPort: 443, securityGroups: ["new-functions-id"] },
  ]);
  expect(functions?.ingress).toBeUndefined();
});
