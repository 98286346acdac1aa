/** An IAM policy document as it stands in a request, parsed from its JSON text. */
export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: PolicyStatement | PolicyStatement[];
}
export interface PolicyStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  NotPrincipal?: "*" | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[] | boolean | number>>;
}

/** Who acts. */
export type Principal =
  /** The account's owner: any access key that the account did not issue. */
  | { readonly kind: "root"; readonly account: string; readonly arn: string }
  /** A role that somebody assumed. `arn` is the assumed-role ARN of the session. */
  | {
      readonly kind: "session";
      readonly account: string;
      readonly arn: string;
      readonly roleArn: string;
      /** Set while a service acts through the session: the service that assumed it. */
      readonly viaService?: string;
    }
  /** Anybody, without credentials. */
  | { readonly kind: "anonymous"; readonly account: string; readonly arn: string }
  /** An AWS service acting in its own name, e.g. S3 reading a bucket for `personalize.amazonaws.com`. */
  | {
      readonly kind: "service";
      readonly account: string;
      readonly arn: string;
      readonly service: string;
      readonly sourceArn?: string;
    };

/** Who sends a request that nobody signed: only a policy that allows everybody lets it in. */
export const anonymous: Principal = { kind: "anonymous", account: "anonymous", arn: "anonymous" };

/** Temporary credentials and whom they stand for. `expiration` is on the account's clock; absent: never. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration?: number;
  readonly principal: Principal;
}

/** The account's owner as a caller. */
export function rootOf(account: string): Principal {
  return { kind: "root", account, arn: `arn:aws:iam::${account}:root` };
}
