import * as iam from "@pulumi/aws/iam";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { logGroups } from "../../names/log-groups";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { createServiceRole } from "../platform/service-role";
import { allow, createPolicy, type Statement } from "../support/policy";
import { zipHandler } from "./zip";

/**
 * Values for the variables of a handler's `Environment`: for all that it needs, and for no others.
 */
export type VariableInputs<Environment> = { [Name in keyof Environment]: pulumi.Input<string> };

export interface LambdaFunctionArgs<Environment> {
  foundation: Foundation;
  /** The part's name, which becomes the function's. */
  part: string;
  description: string;
  /** Runs once when an instance starts, and returns the handler. */
  factory: lambda.CallbackFactory<never, unknown>;
  /**
   * Environment variables that the factory reads; one at least, because Lambda stores no key
   * without any, and each preview would show an update. Never secrets: users who may read the
   * function see them.
   */
  environment: NoInfer<VariableInputs<Environment>>;
  /** The function's permissions, in addition to writing its own log. */
  permissions: Statement[];
  timeoutSeconds: number;
  memoryMegabytes: number;
  /**
   * Concurrent invocations that are reserved for the function, and its limit. @default what the
   * account has left
   */
  reservedConcurrentExecutions?: number | undefined;
  network?: Network | undefined;
}

/**
 * A Lambda function from an inline callback, created here only: with its own role, a log group that
 * exists first, and a zip with the serialised callback and what it loads.
 * @example
 * ```ts
 * import type { Foundation } from "../platform/foundation";
 * import { LambdaFunction } from "./lambda-function";
 *
 * // In functions/: what the handler needs, and the handler.
 * interface GreetEnvironment {
 *   readonly GREETING: string;
 * }
 * const createGreeter = () => {
 *   const { GREETING = "" } = process.env;
 *   return async ({ name }: { name: string }) => `${GREETING} ${name}`;
 * };
 *
 * export const createGreet = (foundation: Foundation) =>
 *   new LambdaFunction<GreetEnvironment>("greet", {
 *     foundation,
 *     part: "greet",
 *     description: "Greets who calls it",
 *     factory: createGreeter,
 *     environment: { GREETING: "Hello" },
 *     permissions: [],
 *     timeoutSeconds: 5,
 *     memoryMegabytes: 256,
 *   });
 * ```
 */
export class LambdaFunction<Environment extends object = never> extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: LambdaFunctionArgs<Environment>, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:lambda:LambdaFunction", name, {}, opts);
    const { foundation, network } = args;
    const inside = { parent: this };
    const physical = foundation.name(args.part);
    const logs = foundation.createLogGroup(`${name}-logs`, logGroups.ofFunction(physical), this);
    const role = createServiceRole(
      name,
      {
        foundation,
        roleName: physical,
        trust: createLambdaTrust(),
        statements: [
          allow(["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.interpolate`${logs.arn}:*`),
          // The deployment grants it to the role as well; a role that was deleted and created again
          // is another principal, without that grant (IAM guide, "Unique identifiers").
          foundation.key.allow(["kms:Decrypt"], "lambda"),
          ...args.permissions,
        ],
      },
      this,
    );
    const inVpc =
      network &&
      new iam.RolePolicyAttachment(
        `${name}-vpc-access`,
        // AWS's own policy: IAM has no resource-level permissions for most actions on network
        // interfaces.
        { role: role.name, policyArn: iam.ManagedPolicy.AWSLambdaVPCAccessExecutionRole },
        inside,
      );
    const lambdaFunction = new lambda.Function(
      `${name}-function`,
      {
        name: physical,
        description: args.description,
        code: zipHandler(args.factory),
        handler: "__index.handler",
        role: role.arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMegabytes,
        ...(args.reservedConcurrentExecutions === undefined
          ? {}
          : { reservedConcurrentExecutions: args.reservedConcurrentExecutions }),
        environment: { variables: args.environment },
        kmsKeyArn: foundation.key.arn,
        ...(network ? { vpcConfig: { subnetIds: network.subnetIds, securityGroupIds: network.securityGroupIds } } : {}),
        tags: foundation.tags,
      },
      { parent: this, dependsOn: [logs, role.policy, ...(inVpc ? [inVpc] : [])] },
    );
    this.name = lambdaFunction.name;
    this.arn = lambdaFunction.arn;
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}

/**
 * Without a condition on the account, as in AWS's examples: Lambda does not send it when it assumes
 * an execution role.
 */
function createLambdaTrust(): pulumi.Output<string> {
  return createPolicy([{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }]);
}
