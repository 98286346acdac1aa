import { IAM } from "@aws-sdk/client-iam";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole, sessionWith } from "../support/roles.ts";

const account = await openAccount();
const iam = new IAM(sdk(account));

describe("what clients read about an account", () => {
  test("GetUser returns the root user, which has no name (API reference)", async () => {
    const { User } = await iam.getUser({});
    expect(User).toEqual({
      UserId: "000000000000",
      Arn: "arn:aws:iam::000000000000:root",
      CreateDate: expect.any(Date),
    });
  });

  test("a role's session has no user: it must name one", async () => {
    const grants = [{ Action: "iam:*", Resource: "*" }];
    const reader = new IAM(sdk(account, await sessionWith(account, "reader", grants)));
    await expect(reader.getUser({})).rejects.toMatchObject({
      message: "Must specify userName when calling with non-User credentials",
    });
  });

  test("reports that a named user does not exist", async () => {
    await expect(iam.getUser({ UserName: "ann" })).rejects.toMatchObject({
      name: "NoSuchEntityException",
      message: "The user with name ann cannot be found.",
    });
  });

  test("lists of what an account without users has are empty", async () => {
    const complete = { IsTruncated: false };
    expect(await iam.listUsers({})).toMatchObject({ Users: [], ...complete });
    expect(await iam.listGroups({})).toMatchObject({ Groups: [], ...complete });
    expect(await iam.listAccountAliases({})).toMatchObject({ AccountAliases: [], ...complete });
    expect(await iam.listInstanceProfiles({})).toMatchObject({ InstanceProfiles: [], ...complete });
    expect(await iam.listAccessKeys({})).toMatchObject({ AccessKeyMetadata: [], ...complete });
    expect(await iam.listMFADevices({})).toMatchObject({ MFADevices: [], ...complete });
    expect(await iam.listOpenIDConnectProviders({})).toMatchObject({ OpenIDConnectProviderList: [] });
  });

  test("there is no password policy, and the summary counts roles", async () => {
    await expect(iam.getAccountPasswordPolicy({})).rejects.toMatchObject({
      name: "NoSuchEntityException",
      message: "The Password Policy with domain name 000000000000 cannot be found.",
    });
    await createRole(account, "counted", "lambda.amazonaws.com");
    const { SummaryMap } = await iam.getAccountSummary({});
    expect(SummaryMap?.Roles).toBeGreaterThan(0);
    expect(SummaryMap?.Users).toBe(0);
  });
});

// Facts: localstack's snapshots TestIAMServiceRoles of tests/aws/services/iam/test_iam.
describe("service-linked roles", () => {
  const create = (AWSServiceName: string, CustomSuffix?: string) =>
    iam.createServiceLinkedRole({ AWSServiceName, CustomSuffix });

  test("have AWS's names, paths, trust and policy (test_service_role_lifecycle)", async () => {
    await create("mrk.kms.amazonaws.com");
    const RoleName = "AWSServiceRoleForKeyManagementServiceMultiRegionKeys";
    const { Role } = await iam.getRole({ RoleName });
    expect(Role).toMatchObject({
      Arn: `arn:aws:iam::000000000000:role/aws-service-role/mrk.kms.amazonaws.com/${RoleName}`,
      Path: "/aws-service-role/mrk.kms.amazonaws.com/",
      MaxSessionDuration: 3600,
    });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""))).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "mrk.kms.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    const { AttachedPolicies } = await iam.listAttachedRolePolicies({ RoleName });
    const PolicyName = "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy";
    expect(AttachedPolicies).toEqual([
      { PolicyName, PolicyArn: `arn:aws:iam::aws:policy/aws-service-role/${PolicyName}` },
    ]);
  });

  test("exist once and take no suffix (test_service_role_already_exists, …_custom_suffix_not_allowed)", async () => {
    await expect(create("ssm.amazonaws.com", "own")).rejects.toMatchObject({
      name: "InvalidInputException",
      message: "Custom suffix is not allowed for ssm.amazonaws.com",
    });
    await create("ssm.amazonaws.com");
    await expect(create("ssm.amazonaws.com")).rejects.toMatchObject({
      name: "InvalidInputException",
      message:
        "Service role name AWSServiceRoleForAmazonSSM has been taken in this account, please try a different suffix.",
    });
  });

  test("cannot be changed by users", async () => {
    await create("cks.kms.amazonaws.com");
    const RoleName = "AWSServiceRoleForKeyManagementServiceCustomKeyStores";
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    const unmodifiable = { name: "UnmodifiableEntityException" };
    await expect(iam.attachRolePolicy({ RoleName, PolicyArn })).rejects.toMatchObject(unmodifiable);
    await expect(iam.deleteRole({ RoleName })).rejects.toMatchObject(unmodifiable);
  });

  test("are deleted by a task (test_service_role_deletion)", async () => {
    await create("opsdatasync.ssm.amazonaws.com");
    const RoleName = "AWSServiceRoleForSystemsManagerOpsDataSync";
    const { DeletionTaskId } = await iam.deleteServiceLinkedRole({ RoleName });
    expect(DeletionTaskId).toMatch(
      new RegExp(`^task/aws-service-role/opsdatasync.ssm.amazonaws.com/${RoleName}/[0-9a-f-]{36}$`),
    );
    const { Status } = await iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId });
    expect(Status).toBe("SUCCEEDED");
    await expect(iam.getRole({ RoleName })).rejects.toMatchObject({ name: "NoSuchEntityException" });
  });

  test("exist for the services of AWS, some with a suffix (test_service_role_lifecycle_custom_suffix)", async () => {
    const { Role: batch } = await create("batch.amazonaws.com");
    expect(batch).toMatchObject({ RoleName: "AWSServiceRoleForBatch", Path: "/aws-service-role/batch.amazonaws.com/" });
    const { Role: scaling } = await create("autoscaling.amazonaws.com", "pets");
    expect(scaling).toMatchObject({
      RoleName: "AWSServiceRoleForAutoScaling_pets",
      Arn: "arn:aws:iam::000000000000:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_pets",
    });
    await expect(create("unknown.amazonaws.com")).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });
});
