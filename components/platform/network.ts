import * as ec2 from "@pulumi/aws/ec2";
import { getRegion } from "@pulumi/aws/getRegion";
import type * as awsx from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import { checkSecurityGroups, type ExistingNetwork, findSubnets } from "./existing-network";
import type { Foundation } from "./foundation";

export interface NetworkArgs {
  foundation: Foundation;
  /** `create`, or the VPC to use. */
  network: "create" | ExistingNetwork;
}

const toServiceName = (service: string, { region }: Foundation) =>
  pulumi.interpolate`com.amazonaws.${region}.${service}`;

/** The services that the Lambdas call through interface endpoints; S3 has a gateway endpoint. */
const services = ["personalize", "personalize-events", "personalize-runtime", "monitoring"];

/**
 * The network of the Lambdas when they must not use the public internet: an existing VPC, or a new
 * one with isolated subnets in two zones and endpoints for exactly the services that the functions
 * call. The subnets of an existing VPC need a way to these services: a NAT gateway, or endpoints.
 * @example
 * ```ts
 * import type { Foundation } from "./foundation";
 * import { Network } from "./network";
 *
 * export const useNetwork = (foundation: Foundation) =>
 *   new Network("network", { foundation, network: { vpcId: "vpc-1" } });
 * ```
 */
export class Network extends pulumi.ComponentResource {
  readonly subnetIds: pulumi.Output<string[]>;
  readonly securityGroupIds: pulumi.Output<string[]>;

  constructor(name: string, { foundation, network }: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:network:Network", name, {}, opts);
    if (network === "create") {
      const created = createVpc(name, foundation, this);
      this.subnetIds = created.subnetIds;
      this.securityGroupIds = created.securityGroupIds;
    } else {
      const { vpcId, securityGroupIds } = network;
      this.subnetIds = pulumi.output(findSubnets(network, { parent: this }));
      this.securityGroupIds = securityGroupIds
        ? pulumi.output(checkSecurityGroups(vpcId, securityGroupIds, { parent: this }))
        : pulumi.all([createFunctionGroup(name, vpcId, foundation, this).id]);
    }
    this.registerOutputs({ subnetIds: this.subnetIds, securityGroupIds: this.securityGroupIds });
  }
}

/**
 * Looks up what a network needs before anything depends on it: an output that fails makes each of
 * its users fail, with a trace for each.
 */
export async function requireNetwork(network: "none" | NetworkArgs["network"]): Promise<void> {
  if (network === "none") return;
  try {
    if (network === "create") {
      const { region } = await getRegion({});
      await ec2.getVpcEndpointService({ serviceName: `com.amazonaws.${region}.monitoring`, serviceType: "Interface" });
      return;
    }
    await findSubnets(network);
    if (network.securityGroupIds) await checkSecurityGroups(network.vpcId, network.securityGroupIds);
  } catch (error) {
    if (error instanceof pulumi.RunError) throw error;
    throw new pulumi.RunError(`recommender:network: it cannot be looked up: ${(error as Error).message}`);
  }
}

/**
 * Creates the functions' security group. A group has a name, so that one which a killed `up` has
 * left is found: it would stop the deletion of the VPC.
 */
function createFunctionGroup(name: string, vpcId: pulumi.Input<string>, foundation: Foundation, parent: Network) {
  const { tags } = foundation;
  return new ec2.SecurityGroup(
    `${name}-functions`,
    {
      name: foundation.name("functions"),
      vpcId,
      description: "Lambdas: HTTPS out, nothing in",
      // To any address: S3's gateway endpoint uses public addresses. The subnets of a new VPC have
      // no other route out.
      egress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }],
      tags,
    },
    { parent },
  );
}

function createVpc(name: string, foundation: Foundation, parent: Network) {
  const { tags } = foundation;
  // Loaded only here: it is the program's largest package, and most stacks do not create a network.
  const { Vpc } = require("@pulumi/awsx/ec2") as typeof awsx;
  const vpc = new Vpc(
    `${name}-vpc`,
    {
      cidrBlock: "10.0.0.0/16",
      numberOfAvailabilityZones: 2,
      natGateways: { strategy: "None" },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Isolated", cidrMask: 24 }],
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags,
    },
    { parent },
  );
  const functions = createFunctionGroup(name, vpc.vpcId, foundation, parent);
  const endpoints = new ec2.SecurityGroup(
    `${name}-endpoints`,
    {
      name: foundation.name("endpoints"),
      vpcId: vpc.vpcId,
      description: "Endpoints: HTTPS in from the Lambdas",
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, securityGroups: [functions.id] }],
      tags,
    },
    { parent },
  );
  const vpcEndpoints = [
    new ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: vpc.vpcId,
        serviceName: toServiceName("s3", foundation),
        vpcEndpointType: "Gateway",
        routeTableIds: vpc.routeTables.apply((tables) => tables.map(({ id }) => id)).apply((ids) => pulumi.all(ids)),
        tags,
      },
      { parent },
    ),
    ...services.map(
      (service) =>
        new ec2.VpcEndpoint(
          `${name}-${service}`,
          {
            vpcId: vpc.vpcId,
            serviceName: toServiceName(service, foundation),
            vpcEndpointType: "Interface",
            privateDnsEnabled: true,
            subnetIds: findOfferedSubnets(toServiceName(service, foundation), vpc, parent),
            securityGroupIds: [endpoints.id],
            tags,
          },
          { parent },
        ),
    ),
  ];
  // The subnets are ready after the endpoints: a function that started before would wait in vain
  // for the services.
  const ready = pulumi.all(vpcEndpoints.map(({ id }) => id));
  return {
    subnetIds: pulumi.all([vpc.isolatedSubnetIds, ready]).apply(([ids]) => ids),
    securityGroupIds: pulumi.all([functions.id]),
  };
}

/**
 * Finds the subnets in zones where a service has endpoints, which may not be every zone
 * (PrivateLink guide, "Subnets and Availability Zones"). Functions in the other zone use the same
 * endpoint.
 */
function findOfferedSubnets(
  serviceName: pulumi.Output<string>,
  vpc: awsx.Vpc,
  parent: Network,
): pulumi.Output<string[]> {
  const offer = ec2.getVpcEndpointServiceOutput({ serviceName, serviceType: "Interface" }, { parent });
  const subnets = vpc.isolatedSubnetIds.apply((ids) =>
    pulumi.all(ids.map((id) => ec2.getSubnetOutput({ id }, { parent }))),
  );
  return pulumi.all([serviceName, offer.availabilityZones, subnets]).apply(([service, zones, all]) => {
    const offered = all.filter(({ availabilityZone }) => zones.includes(availabilityZone)).map(({ id }) => id);
    if (offered.length > 0) return offered;
    throw new pulumi.RunError(
      `Network: ${service} has endpoints only in ${zones.join(", ")}, and the new VPC has no subnet there. Create a VPC ` +
        "with such a subnet and set recommender:network to it.",
    );
  });
}
