export interface Place {
  readonly account: string;
  readonly region: string;
}

export const toArn = ({ account, region }: Place, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
