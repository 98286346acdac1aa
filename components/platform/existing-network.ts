// Look-ups in a VPC that exists. They also run in previews.
import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";

/** A VPC that exists, and what the Lambdas use in it. */
export interface ExistingNetwork {
  vpcId: string;
  /** @default the VPC's private subnets: those whose route table has no internet gateway */
  subnetIds?: string[] | undefined;
  /** @default a new group that lets HTTPS out and nothing in */
  securityGroupIds?: string[] | undefined;
}

/** A route table, as far as it decides which subnets are private. */
interface RouteTable {
  readonly routes: readonly { readonly gatewayId: string }[];
  readonly associations: readonly { readonly subnetId: string; readonly main: boolean }[];
}

/** Finds the private subnets of a VPC, or checks that the given ones are in it. */
export async function findSubnets(
  { vpcId, subnetIds }: ExistingNetwork,
  options: pulumi.InvokeOptions = {},
): Promise<string[]> {
  if (!subnetIds) return findPrivateSubnets(vpcId, options);
  const { ids } = await ec2.getSubnets({ filters: [inVpc(vpcId), { name: "subnet-id", values: subnetIds }] }, options);
  return requireInVpc("subnetIds", subnetIds, ids, vpcId);
}

/** Checks that the given security groups are in the VPC. */
export async function checkSecurityGroups(
  vpcId: string,
  securityGroupIds: string[],
  options: pulumi.InvokeOptions = {},
): Promise<string[]> {
  const filters = [inVpc(vpcId), { name: "group-id", values: securityGroupIds }];
  const { ids } = await ec2.getSecurityGroups({ filters }, options);
  return requireInVpc("securityGroupIds", securityGroupIds, ids, vpcId);
}

const inVpc = (vpcId: string) => ({ name: "vpc-id", values: [vpcId] });

/** Returns the ids that were given, if a look-up in the VPC found all of them. */
export function requireInVpc(key: string, given: string[], found: readonly string[], vpcId: string): string[] {
  const missing = given.filter((id) => !found.includes(id));
  if (missing.length === 0) return given;
  throw new pulumi.RunError(
    `recommender:network: ${missing.join(", ")} of ${key} ${missing.length === 1 ? "is" : "are"} not in ${vpcId}. Use ids of ` +
      `that VPC, or leave ${key} out.`,
  );
}

async function findPrivateSubnets(vpcId: string, options: pulumi.InvokeOptions): Promise<string[]> {
  const { ids: all } = await ec2.getSubnets({ filters: [inVpc(vpcId)] }, options);
  const { ids: tables } = await ec2.getRouteTables({ vpcId }, options);
  const read = await Promise.all(tables.map((routeTableId) => ec2.getRouteTable({ routeTableId }, options)));
  const found = choosePrivate(all, read);
  if (found.length > 0) return found;
  throw new pulumi.RunError(
    `recommender:network: ${vpcId} has no private subnet: the route table of each of its ${all.length} subnets has an ` +
      "internet gateway, through which a Lambda cannot reach anything. Give subnetIds, or use create.",
  );
}

/**
 * Chooses the subnets without a route to an internet gateway. A subnet without a separate table has
 * the VPC's main table (VPC guide, "Subnet route tables").
 */
export function choosePrivate(subnets: readonly string[], tables: readonly RouteTable[]): string[] {
  const isOpen = (table: RouteTable | undefined) =>
    table?.routes.some(({ gatewayId }) => gatewayId.startsWith("igw-")) ?? false;
  const main = tables.find(({ associations }) => associations.some((each) => each.main));
  return subnets.filter((subnet) => {
    const own = tables.find(({ associations }) => associations.some(({ subnetId }) => subnetId === subnet));
    return !isOpen(own ?? main);
  });
}
