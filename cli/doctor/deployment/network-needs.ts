// The aws provider's calls for the EC2 resources of `network: create` (hashicorp/terraform-provider-aws, version 6,
// `internal/service/ec2/`), including those inside awsx's VPC. Ids are not known before a resource exists, so the stack's
// resources are recognised by their tags; EC2 has no resource types for descriptions.
import { anywhere, type Need, type Needs, on } from "./need";

const anything = (type: string) => `{place}:${type}/*`;

/** Only of resources with the stack's tags (Service Authorization Reference: each of these types has the key). */
const ours = {
  condition: { "aws:ResourceTag/Project": "{tags.Project}", "aws:ResourceTag/Stack": "{tags.Stack}" },
};

/** Needs on a type of resource whose tags are the stack's. */
const onOurs = (type: string, actions: Need["actions"]): Need => on("ec2", anything(type), actions, ours);

const created = ["CreateVpc", "CreateSubnet", "CreateRouteTable", "CreateInternetGateway", "CreateSecurityGroup"];

/** Tags of a new resource are in the request that creates it, and otherwise only ours are changed. */
const tagged = (type: string): Need[] => [
  on(
    "ec2",
    anything(type),
    { create: "CreateTags" },
    { condition: { "ec2:CreateAction": [...created, "CreateVpcEndpoint"] } },
  ),
  onOurs(type, { update: "CreateTags DeleteTags" }),
];

/** A type: its creation, the calls on what has the stack's tags, and its tags. */
const part = (type: string, create: string, own: Need["actions"]): Need[] => [
  on("ec2", anything(type), { create }),
  onOurs(type, own),
  ...tagged(type),
];

const associations = {
  create: "AssociateRouteTable",
  update: "ReplaceRouteTableAssociation",
  delete: "DisassociateRouteTable",
};

export const networkNeeds: Needs = {
  "awsx:ec2:Vpc": [
    ...part("vpc", "CreateVpc", { create: "ModifyVpcAttribute", read: "DescribeVpcAttribute", delete: "DeleteVpc" }),
    ...part("subnet", "CreateSubnet", { create: "ModifySubnetAttribute", delete: "DeleteSubnet" }),
    ...part("route-table", "CreateRouteTable", { ...associations, delete: `${associations.delete} DeleteRouteTable` }),
    onOurs("subnet", associations),
    // awsx creates one for every VPC, although isolated subnets have no route to it.
    ...part("internet-gateway", "CreateInternetGateway", {
      create: "AttachInternetGateway",
      delete: "DetachInternetGateway DeleteInternetGateway",
    }),
    onOurs("vpc", { create: "CreateSubnet CreateRouteTable AttachInternetGateway", delete: "DetachInternetGateway" }),
    anywhere("ec2", {
      plan: "DescribeAvailabilityZones",
      read:
        "DescribeVpcs DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups DescribeSubnets " +
        "DescribeInternetGateways",
      delete: "DescribeNetworkInterfaces",
    }),
  ],
  "aws:ec2/securityGroup:SecurityGroup": [
    ...part("security-group", "CreateSecurityGroup", {
      create: "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress",
      update: "RevokeSecurityGroupIngress",
      delete: "DeleteSecurityGroup",
    }),
    anywhere("ec2", { read: "DescribeSecurityGroups", delete: "DescribeNetworkInterfaces" }),
    // The stack's VPC, or one that exists.
    on("ec2", "{place}:vpc/{vpcId}", { create: "CreateSecurityGroup" }),
    // Interfaces that Lambda has left, which have no tags, are detached and deleted first.
    on("ec2", anything("network-interface"), { delete: "DetachNetworkInterface DeleteNetworkInterface" }),
  ],
  "aws:ec2/vpcEndpoint:VpcEndpoint": [
    ...part("vpc-endpoint", "CreateVpcEndpoint", { update: "ModifyVpcEndpoint", delete: "DeleteVpcEndpoints" }),
    anywhere("ec2", { read: "DescribeVpcEndpoints DescribePrefixLists" }),
    onOurs("vpc", { create: "CreateVpcEndpoint" }),
    ...["subnet", "security-group", "route-table"].map((type) =>
      onOurs(type, { create: "CreateVpcEndpoint", update: "ModifyVpcEndpoint" }),
    ),
    // Endpoints with private DNS names need it (PrivateLink guide, "Identity and access management for AWS PrivateLink"). The
    // zones are AWS's.
    on("route53", "::hostedzone/*", { create: "AssociateVPCWithHostedZone" }),
  ],
};

/** The calls of the program's data sources, which each preview makes too. */
export const functionNeeds: Needs = {
  "aws:ec2/getVpcEndpointService:getVpcEndpointService": [anywhere("ec2", { plan: "DescribeVpcEndpointServices" })],
  "aws:ec2/getSubnet:getSubnet": [anywhere("ec2", { plan: "DescribeSubnets" })],
  "aws:ec2/getSubnets:getSubnets": [anywhere("ec2", { plan: "DescribeSubnets" })],
  "aws:ec2/getSecurityGroups:getSecurityGroups": [anywhere("ec2", { plan: "DescribeSecurityGroups" })],
  "aws:ec2/getRouteTables:getRouteTables": [anywhere("ec2", { plan: "DescribeRouteTables" })],
  "aws:ec2/getRouteTable:getRouteTable": [anywhere("ec2", { plan: "DescribeRouteTables" })],
  // `sts:GetCallerIdentity` needs no permission; the other two call nothing.
  "aws:index/getCallerIdentity:getCallerIdentity": [],
  "aws:index/getPartition:getPartition": [],
  "aws:index/getRegion:getRegion": [],
};
