import * as iam from "@pulumi/aws/iam";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { allow, policyDocument, type Statement } from "../support/policy";
import { packaged } from "./lambda-package";

export interface CallbackLambdaArgs<E, R> {
  foundation: Foundation;
  /** The part's name, which becomes the function's. */
  part: string;
  description: string;
  /** Runs once per start of an instance and returns the handler. */
  factory: lambda.CallbackFactory<E, R>;
  /** Settings that the factory reads. Never secrets: whoever may see the function sees them. */
  environment: Record<string, pulumi.Input<string>>;
  /** What the function may do, besides writing its own log. */
  permissions: Statement[];
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** The most invocations at a time, which are also kept free for it. Absent: what the account has left. */
  reservedConcurrency?: number | undefined;
  network?: Network | undefined;
}

/**
 * The only place that makes a function: with a role of its own, a log group that exists first, and a zip that holds the
 * serialised handler and what it loads of zod, nothing else.
 * @example
 * new CallbackLambda("greet", { foundation, part: "greet-pets", description: "Says hello", factory: () => async ()
 *   => "hello", environment: {}, permissions: [], timeoutSeconds: 10, memoryMegabytes: 256 })
 */
export class CallbackLambda<E, R> extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CallbackLambdaArgs<E, R>, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:lambda:CallbackLambda", name, {}, opts);
    const { foundation, network } = args;
    const inside = { parent: this };
    const physical = foundation.name(args.part);
    const logs = foundation.logGroup(`${name}-logs`, `/aws/lambda/${physical}`, this);
    const role = new iam.Role(
      `${name}-role`,
      { name: physical, assumeRolePolicy: assumedByLambda(), tags: foundation.tags },
      inside,
    );
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        policy: policyDocument([
          allow(["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.interpolate`${logs.arn}:*`),
          // The environment is encrypted with the stack's key.
          foundation.decrypts(),
          ...args.permissions,
        ]),
      },
      inside,
    );
    const inVpc =
      network &&
      new iam.RolePolicyAttachment(
        `${name}-vpc-access`,
        // Network interfaces have no resource-level permissions for most actions: AWS's own policy for it.
        { role: role.name, policyArn: iam.ManagedPolicy.AWSLambdaVPCAccessExecutionRole },
        inside,
      );
    const lambdaFunction = new lambda.Function(
      `${name}-function`,
      {
        name: physical,
        description: args.description,
        code: packaged(args.factory),
        handler: "__index.handler",
        role: role.arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMegabytes,
        ...(args.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: args.reservedConcurrency }),
        // Lambda keeps no key without variables, and each preview would then show an update.
        ...(Object.keys(args.environment).length > 0
          ? { environment: { variables: args.environment }, kmsKeyArn: foundation.keyArn }
          : {}),
        ...(network ? { vpcConfig: { subnetIds: network.subnetIds, securityGroupIds: network.securityGroupIds } } : {}),
        tags: foundation.tags,
      },
      { parent: this, dependsOn: [logs, policy, ...(inVpc ? [inVpc] : [])] },
    );
    this.name = lambdaFunction.name;
    this.arn = lambdaFunction.arn;
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}

/** Lambda does not send the account when it assumes an execution role: no condition, as in AWS's own examples. */
function assumedByLambda(): pulumi.Output<string> {
  return policyDocument([
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ]);
}
