import { S3 } from "@aws-sdk/client-s3";
import { startAccount } from "../../../account.ts";
import { minute, start } from "../../personalize/pets.ts";
import { allowService } from "../../personalize/stage.mts";
import { sdk } from "../../support/aws.ts";
import { createRole } from "../../support/roles.ts";
import { createClients, filesOf, pollUntil, runName, type World } from "./world.ts";

/** A local account with its own bucket and role. */
export async function startLocalWorld(): Promise<World> {
  const account = await startAccount({ speed: 0, start });
  const s3 = new S3(sdk(account));
  const own = "conformance";
  await s3.createBucket({ Bucket: own });
  await allowService(s3, own);
  const resources = [`arn:aws:s3:::${own}`, `arn:aws:s3:::${own}/*`];
  const grant = { Action: ["s3:GetObject", "s3:ListBucket", "s3:PutObject"], Resource: resources };
  const now = () => new Date(account.clock.now());
  return {
    ...createClients(sdk(account)),
    ...filesOf(s3, own, runName(now())),
    roleArn: await createRole(account, "conformance", "personalize.amazonaws.com", [grant]),
    until: (isSo) => pollUntil(isSo, () => account.clock.advance(minute)),
    now,
    async close() {
      s3.destroy();
      await account.close();
    },
  };
}
