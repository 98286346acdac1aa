import type { Permission } from "./service";

/**
 * The permission for an action without resource-level permissions: `onAny("kinesis:ListStreams")`.
 */
export const onAny = (action: string) => (): Permission[] => [{ action, resource: "*" }];

/**
 * The right to hand a role to a service, e.g. `lambda.amazonaws.com`; nothing for a request without
 * a role.
 */
export const passRole = (roleArn: string | undefined, service: string): Permission[] =>
  roleArn === undefined
    ? []
    : [{ action: "iam:PassRole", resource: roleArn, context: { "iam:PassedToService": service } }];
