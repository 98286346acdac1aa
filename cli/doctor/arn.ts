export interface Place {
  readonly account: string;
  readonly region: string;
}

/** The partition of a Region (AWS General Reference, "ARN format"). */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

export const toArn = ({ account, region }: Place, service: string, resource: string): string =>
  `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}`;
