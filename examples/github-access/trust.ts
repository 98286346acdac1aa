import { RunError } from "@pulumi/pulumi";

/** The repository in which the workflows run. */
export interface Repository {
  /** `owner/name`. */
  readonly name: string;
  /** Its name in the claim `sub`. */
  readonly subjectPrefix: string;
}

/**
 * Reads a repository from `sub_claim_prefix` of GitHub's API. Repositories that were created,
 * renamed or moved after 15 July 2026 have ids there, which the other claims have not (GitHub's
 * OpenID Connect reference, "Immutable subject claims"). No name contains `@` or `:`.
 */
export function readRepository(subjectPrefix: string): Repository {
  const [, owner, name] = /^repo:([^@/:]+)(?:@\d+)?\/([^@/:]+)(?:@\d+)?$/.exec(subjectPrefix) ?? [];
  if (owner === undefined || name === undefined) {
    throw new RunError(
      `github-access:subjectPrefix: ${JSON.stringify(subjectPrefix)} is not the beginning of a subject, such as ` +
        '"repo:octo-org@123456/octo-repo@456789". To read it: ' +
        "gh api repos/OWNER/NAME/actions/oidc/customization/sub --jq .sub_claim_prefix",
    );
  }
  return { name: `${owner}/${name}`, subjectPrefix };
}

/** Where the tokens come from. */
export interface Source extends Repository {
  /** ARN of the account's OpenID Connect provider for GitHub's tokens. */
  readonly providerArn: string;
}

const issuer = "token.actions.githubusercontent.com";

function createTrust({ providerArn }: Source, claims: Readonly<Record<string, string>>) {
  const conditions = Object.entries({ aud: "sts.amazonaws.com", ...claims }).map(([claim, value]) => [
    `${issuer}:${claim}`,
    value,
  ]);
  const statement = {
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: Object.fromEntries(conditions) as Record<string, string> },
  };
  return { Version: "2012-10-17", Statement: [statement] };
}

/**
 * Trusts only jobs of pull requests in the stack's preview environment, such as `dev-preview`.
 * GitHub gives forks no token. Each stack has its own role, so a preview can read only one stack's
 * state.
 */
export function createPreviewTrust(from: Source, stack: string) {
  return createTrust(from, { sub: `${from.subjectPrefix}:environment:${stack}-preview` });
}

/**
 * Trusts only the deployment workflow of the deployed branch, in the stack's environment. The
 * environment alone is not enough: a workflow on any branch can use it, and by default GitHub lets
 * every branch deploy to it. STS compares these claims since January 2026 (IAM guide, "Available
 * keys for AWS OIDC federation").
 */
export function createDeployTrust(from: Source, stack: string, branch: string) {
  const ref = `refs/heads/${branch}`;
  return createTrust(from, {
    sub: `${from.subjectPrefix}:environment:${stack}`,
    ref,
    job_workflow_ref: `${from.name}/.github/workflows/deploy.yml@${ref}`,
  });
}

/** The place of one stack's state, and the key of its secrets. No other stack uses them. */
export interface StateStore {
  /** The project's name in Pulumi.yaml, which names of buckets begin with. */
  readonly project: string;
  readonly bucketArn: string;
  /** Folder in the bucket: the stack's state is at `s3://bucket/prefix`. */
  readonly prefix: string;
  readonly keyArn: string;
}

/**
 * The rights of a preview: to read the stack's state, and what the aws provider calls in every
 * preview. It validates a changed definition of the state machine
 * (hashicorp/terraform-provider-aws#39472), and the data sources of `network` read zones, subnets,
 * route tables, security groups and the offer of endpoints; that of an experiment lists the
 * definitions of earlier ones. `check` and `diff` of the dynamic providers call no service, and
 * `getCallerIdentity` needs no permission. The program looks whose the stack's parameters and names
 * are. So a pull request can read but not change.
 */
export function createPreviewPolicy(state: StateStore) {
  return createStatePolicy(state, ["s3:GetObject"], ["kms:Decrypt"]);
}

/**
 * A deployment's access to the state, and the rights of a preview. Its rights in the account come
 * from other policies.
 */
export function createDeployPolicy(state: StateStore) {
  return createStatePolicy(state, ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], ["kms:Decrypt", "kms:Encrypt"]);
}

function createStatePolicy({ project, bucketArn, prefix, keyArn }: StateStore, objects: string[], key: string[]) {
  const place = keyArn.split(":").slice(3, 5).join(":");
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: bucketArn,
        Condition: { StringLike: { "s3:prefix": `${prefix}/*` } },
      },
      { Effect: "Allow", Action: objects, Resource: `${bucketArn}/${prefix}/.pulumi/*` },
      { Effect: "Allow", Action: key, Resource: keyArn },
      {
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: `arn:aws:s3:::${project}-*`,
        Condition: { StringLike: { "s3:prefix": "experiments/*" } },
      },
      // The stack is in the account and Region of its key.
      {
        Effect: "Allow",
        Action: ["ssm:GetParameter", "ssm:ListTagsForResource"],
        Resource: `arn:aws:ssm:${place}:parameter/animal-recommender/*`,
      },
      {
        Effect: "Allow",
        Action: ["cloudwatch:ListTagsForResource"],
        Resource: `arn:aws:cloudwatch:${place}:alarm:${project}-*`,
      },
      // None of them has a resource type (Service Authorization Reference, "AWS Step Functions",
      // "Amazon EC2").
      {
        Effect: "Allow",
        Action: [
          "states:ValidateStateMachineDefinition",
          "ec2:DescribeAvailabilityZones",
          "ec2:DescribeRouteTables",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcEndpointServices",
          "ssm:DescribeParameters",
        ],
        Resource: "*",
      },
    ],
  };
}
