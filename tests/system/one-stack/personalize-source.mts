// Personalize uses the stack's key and data bucket as itself. AWS does not say whether it names its
// source to KMS and S3.
import { PersonalizeRuntime } from "@aws-sdk/client-personalize-runtime";
import { expect, test } from "vitest";
import { sdk } from "../../../local/tests/support/aws.ts";
import { listParameters } from "../../../names/layout.ts";
import type { DeployedStack } from "../../support/deployed-stack.ts";

const service = "personalize.amazonaws.com";
const region = "eu-west-1";

/**
 * Personalize names no source, and the role of an import needs all that the guide can be read to
 * say.
 */
export const undocumented = {
  sourceForKey: "not named",
  sourceForBucket: "not named",
  keyOfDataRole: "all five",
} as const;

export function testPersonalizeSource(open: () => DeployedStack): void {
  test("a stack is deployed, imports and trains if Personalize names no source", async () => {
    const deployed = open();
    const campaignArn = deployed.outputs.campaignArns.recommendation;
    const { itemList } = await new PersonalizeRuntime(sdk(deployed.account)).getRecommendations({
      campaignArn,
      userId: "1",
    });
    expect(itemList?.length).toBeGreaterThan(0);
  });

  test("if it names one, it uses the key and the bucket for this account only", async () => {
    const { account, outputs, stack, readParameter } = open();
    const uses = [
      ["kms:Decrypt", await readParameter(listParameters(stack).encryptionKey)],
      ["s3:GetObject", `arn:aws:s3:::${outputs.dataBucketName}/seed/items/items.csv`],
      ["s3:ListBucket", `arn:aws:s3:::${outputs.dataBucketName}`],
    ] as const;
    const use = (source: string, action: string, resource: string) => () => {
      const sourceArn = `arn:aws:personalize:${region}:${source}:dataset-import-job/1`;
      const principal = { kind: "service", account: source, arn: service, service, sourceArn } as const;
      account.host.authorise({ account: "000000000000", region, principal }, { action, resource });
    };
    for (const [action, resource] of uses) {
      expect(use("000000000000", action, resource)).not.toThrow();
      expect(use("999999999999", action, resource)).toThrow(/not authorized/);
    }
  });
}
