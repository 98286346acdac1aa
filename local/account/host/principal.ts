import { rootArn } from "../aws/arn";
/** An IAM policy document, parsed from the JSON text in a request. */
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

/** The identity that sends a request. */
export type Principal =
  /** The account's owner: any access key that the account did not issue. */
  | { readonly kind: "root"; readonly account: string; readonly arn: string }
  /** A session of an assumed role. `arn` is the session's assumed-role ARN. */
  | {
      readonly kind: "session";
      readonly account: string;
      readonly arn: string;
      readonly roleArn: string;
      /** Set while a service acts through the session: the service that assumed it. */
      readonly viaService?: string;
    }
  /** A caller without credentials. */
  | { readonly kind: "anonymous"; readonly account: string; readonly arn: string }
  /** An AWS service without a role, e.g. `personalize.amazonaws.com` reading a bucket. */
  | {
      readonly kind: "service";
      readonly account: string;
      readonly arn: string;
      readonly service: string;
      /** Its other name in policies: `logs.eu-west-1.amazonaws.com`. */
      readonly regionalName?: string;
      readonly sourceArn?: string;
      /** The service names neither its account nor its resource. */
      readonly hidesSource?: true;
    };

/** The principal of an unsigned request: only a policy that allows all principals allows it. */
export const anonymous: Principal = { kind: "anonymous", account: "anonymous", arn: "anonymous" };

/** When a session's time has passed: on the account's clock, and on the machine's. */
export interface SessionEnd {
  readonly onAccount: number;
  readonly onMachine: number;
}

/** Temporary credentials and their principal. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Absent: never. */
  readonly end?: SessionEnd;
  readonly principal: Principal;
}

/** The account's owner as a caller. */
export function rootOf(account: string): Principal {
  return { kind: "root", account, arn: rootArn(account) };
}
