import { IAM, type ListPoliciesCommandInput, paginateListPolicies, paginateListRoles } from "@aws-sdk/client-iam";
import { SNS } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import type { Session } from "../../account/host/principal.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { policyOf, trustOf } from "../support/roles.ts";

const account = await openAccount();
const iam = new IAM(sdk(account));

const trust = (Service: string, Condition?: object) => trustOf({ Service }, Condition && { Condition });
const grant = (...Action: string[]) => policyOf([{ Effect: "Allow", Action, Resource: "*" }]);

const createRole = async (RoleName: string, AssumeRolePolicyDocument = trust("lambda.amazonaws.com")) =>
  (await iam.createRole({ RoleName, AssumeRolePolicyDocument })).Role;
const assume = (roleName: string, service = "lambda.amazonaws.com") =>
  account.host.assumeRole(service, `arn:aws:iam::000000000000:role/${roleName}`, {
    sessionName: "worker",
    region: "eu-west-1",
  });

describe("roles", () => {
  test("returns a role with its path in the ARN and its document percent-encoded", async () => {
    const { Role } = await iam.createRole({
      RoleName: "pathy",
      Path: "/app/",
      AssumeRolePolicyDocument: trust("states.amazonaws.com"),
    });
    expect(Role?.Arn).toBe("arn:aws:iam::000000000000:role/app/pathy");
    const got = await iam.getRole({ RoleName: "pathy" });
    expect(got.Role?.MaxSessionDuration).toBe(3600);
    expect(got.Role?.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
    expect(decodeURIComponent(got.Role?.AssumeRolePolicyDocument ?? "")).toBe(trust("states.amazonaws.com"));
  });

  test("refuses a name that differs from another only in case", async () => {
    await createRole("Taken");
    await expect(createRole("taken")).rejects.toMatchObject({ name: "EntityAlreadyExistsException" });
  });

  test.each(["listRolePolicies", "listAttachedRolePolicies", "listInstanceProfilesForRole"] as const)(
    "%s refuses a marker that nobody gave out",
    async (list) => {
      await createRole(`marked-${list}`);
      const answer = iam[list]({ RoleName: `marked-${list}`, Marker: "no marker" });
      await expect(answer).rejects.toMatchObject({ name: "ValidationError" });
    },
  );

  test("a missing role is NoSuchEntity", async () => {
    await expect(iam.getRole({ RoleName: "none" })).rejects.toMatchObject({
      name: "NoSuchEntityException",
      message: "The role with name none cannot be found.",
    });
  });

  test.each([
    [
      "a resource in a trust policy",
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}',
    ],
    [
      "a wildcard in a principal's ARN",
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/*"},"Action":"sts:AssumeRole"}]}',
    ],
    [
      "NotPrincipal",
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}',
    ],
  ])("a trust policy with %s is malformed", async (_what, document) => {
    await expect(createRole("malformed", document)).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
  });

  test("does not delete a role with policies", async () => {
    const RoleName = "busy";
    await createRole(RoleName);
    await iam.putRolePolicy({ RoleName, PolicyName: "p", PolicyDocument: grant("sns:Publish") });
    await expect(iam.deleteRole({ RoleName })).rejects.toMatchObject({ name: "DeleteConflictException" });
    await iam.deleteRolePolicy({ RoleName, PolicyName: "p" });
    const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    await iam.attachRolePolicy({ RoleName, PolicyArn });
    await expect(iam.deleteRole({ RoleName })).rejects.toMatchObject({ name: "DeleteConflictException" });
    await iam.detachRolePolicy({ RoleName, PolicyArn });
    await iam.deleteRole({ RoleName });
    await expect(iam.getRole({ RoleName })).rejects.toMatchObject({ name: "NoSuchEntityException" });
  });

  // API reference, ListRoles and CreateRole; localstack's snapshot test_create_describe_role.
  test("a list has fewer members of a role than the role itself, and so has a new role", async () => {
    const PermissionsBoundary = "arn:aws:iam::aws:policy/AdministratorAccess";
    const Tags = [{ Key: "team", Value: "pets" }];
    const document = { AssumeRolePolicyDocument: trust("lambda.amazonaws.com") };
    const created = await iam.createRole({ RoleName: "whole", ...document, Tags, PermissionsBoundary });
    expect(created.Role).toMatchObject({ Tags });
    expect(created.Role).not.toHaveProperty("MaxSessionDuration");
    expect(created.Role).not.toHaveProperty("RoleLastUsed");
    const { Role } = await iam.getRole({ RoleName: "whole" });
    expect(Role).toMatchObject({ Tags, PermissionsBoundary: {}, RoleLastUsed: {}, MaxSessionDuration: 3600 });
    const { Roles = [] } = await iam.listRoles({});
    const listed = Roles.find(({ RoleName }) => RoleName === "whole");
    expect(listed).toMatchObject({ MaxSessionDuration: 3600 });
    for (const name of ["Tags", "PermissionsBoundary", "RoleLastUsed"]) expect(listed).not.toHaveProperty(name);
  });

  test("lists in pages", async () => {
    const other = new IAM(sdk(account, { accessKeyId: "222222222222", secretAccessKey: "x" }));
    for (const RoleName of ["b", "a", "c"]) {
      await other.createRole({ RoleName, AssumeRolePolicyDocument: trust("lambda.amazonaws.com") });
    }
    const pages: (string | undefined)[][] = [];
    for await (const { Roles = [] } of paginateListRoles({ client: other, pageSize: 2 }, {})) {
      pages.push(Roles.map(({ RoleName }) => RoleName));
    }
    expect(pages).toEqual([["a", "b"], ["c"]]);
  });
});

describe("managed policies", () => {
  test("uses the default version, and limits versions to five", async () => {
    const { Policy } = await iam.createPolicy({ PolicyName: "versioned", PolicyDocument: grant("sns:Publish") });
    const PolicyArn = Policy?.Arn;
    for (let i = 0; i < 4; i++) {
      await iam.createPolicyVersion({ PolicyArn, PolicyDocument: grant(`sns:List${i}`) });
    }
    await expect(iam.createPolicyVersion({ PolicyArn, PolicyDocument: grant("sns:List*") })).rejects.toMatchObject({
      name: "LimitExceededException",
    });
    await iam.deletePolicyVersion({ PolicyArn, VersionId: "v2" });
    await iam.createPolicyVersion({ PolicyArn, PolicyDocument: grant("sns:List*"), SetAsDefault: true });
    const version = await iam.getPolicyVersion({ PolicyArn, VersionId: "v6" });
    expect(version.PolicyVersion?.IsDefaultVersion).toBe(true);
    expect(decodeURIComponent(version.PolicyVersion?.Document ?? "")).toBe(grant("sns:List*"));
    await expect(iam.deletePolicyVersion({ PolicyArn, VersionId: "v6" })).rejects.toMatchObject({
      name: "DeleteConflictException",
    });
    await expect(iam.deletePolicy({ PolicyArn })).rejects.toMatchObject({ name: "DeleteConflictException" });
  });

  test("are listed with those of AWS, by scope, path and use", async () => {
    const { Policy } = await iam.createPolicy({
      PolicyName: "AdministratorAccess",
      Path: "/pets/",
      PolicyDocument: grant("sns:Publish"),
    });
    const own = Policy?.Arn;
    const aws = "arn:aws:iam::aws:policy/AdministratorAccess";
    const list = async (input: ListPoliciesCommandInput) => {
      const arns: (string | undefined)[] = [];
      for await (const { Policies = [] } of paginateListPolicies({ client: iam, pageSize: 1 }, input)) {
        arns.push(...Policies.map(({ Arn }) => Arn));
      }
      return arns;
    };
    expect(await list({})).toEqual(expect.arrayContaining([own, aws]));
    expect(await list({ PathPrefix: "/pets/" })).toEqual([own]);
    expect(await list({ Scope: "Local", PathPrefix: "/pets/", OnlyAttached: true })).toEqual([]);
    expect(await list({ Scope: "AWS" })).not.toContain(own);
    await expect(iam.listPolicies({ PolicyUsageFilter: "PermissionsBoundary" })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });

  test("a policy with a principal is malformed", async () => {
    const PolicyDocument = policyOf([{ Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" }]);
    await expect(iam.createPolicy({ PolicyName: "wrong", PolicyDocument })).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
  });
});

describe("permissions of a role", () => {
  const as = (session: Session) => new SNS(sdk(account, session));

  test("a call without a permission is denied with the role's session in the message", async () => {
    await createRole("powerless");
    await expect(as(assume("powerless")).createTopic({ Name: "news" })).rejects.toMatchObject({
      message:
        "User: arn:aws:sts::000000000000:assumed-role/powerless/worker is not authorized to perform: sns:CreateTopic on resource: arn:aws:sns:eu-west-1:000000000000:news because no identity-based policy allows the sns:CreateTopic action",
      $metadata: { httpStatusCode: 403 },
    });
  });

  test("an inline policy applies immediately, until it is deleted", async () => {
    const RoleName = "growing";
    await createRole(RoleName);
    const client = as(assume(RoleName));
    await iam.putRolePolicy({ RoleName, PolicyName: "p", PolicyDocument: grant("sns:ListTopics") });
    await expect(client.listTopics({})).resolves.toBeDefined();
    const { PolicyDocument } = await iam.getRolePolicy({ RoleName, PolicyName: "p" });
    expect(decodeURIComponent(PolicyDocument ?? "")).toBe(grant("sns:ListTopics"));
    await iam.deleteRolePolicy({ RoleName, PolicyName: "p" });
    await expect(client.listTopics({})).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  test("the trust policy must name the service", async () => {
    await createRole("for-states", trust("states.amazonaws.com"));
    expect(() => assume("for-states")).toThrow(/lambda.amazonaws.com is not authorized to perform: sts:AssumeRole/);
    expect(() => assume("never-made")).toThrow(/is not authorized to perform: sts:AssumeRole/);
  });

  test("Firehose sends the account as the external id, Lambda sends none", async () => {
    const assumeAs = async (service: string, condition: object) => {
      const RoleName = `for-${service.split(".")[0]}-${Object.keys(condition)[0]?.split(":")[1]}`;
      await createRole(RoleName, trust(service, { StringEquals: condition }));
      return () => assume(RoleName, service);
    };
    const byId = { "sts:ExternalId": "000000000000" };
    const byAccount = { "aws:SourceAccount": "000000000000" };
    expect((await assumeAs("firehose.amazonaws.com", byId))().accessKeyId).toMatch(/^ASIA/);
    expect(await assumeAs("firehose.amazonaws.com", byAccount)).toThrow("is not authorized to perform: sts:AssumeRole");
    expect(await assumeAs("lambda.amazonaws.com", byAccount)).toThrow("is not authorized to perform: sts:AssumeRole");
    expect((await assumeAs("states.amazonaws.com", byAccount))().accessKeyId).toMatch(/^ASIA/);
  });
});
