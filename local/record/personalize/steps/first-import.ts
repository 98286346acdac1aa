import { options } from "../../../account/services/personalize/undocumented";
import type { Suite } from "../operation";
import type { World } from "../world";
import { bucketPolicy, type Form, type Forms, type Guarded, inAll, keyPolicy, trustPolicy } from "./conditions";
import { bucketsOf, deleteGroup, type Ended, makeLockedGroup, runImport } from "./resources";
import type { Facts, Step } from "./step";

/**
 * The question that could stop a first deployment: may Personalize use a key, a bucket and a role
 * under conditions on the source? Asked by a group with a key, and by an import of a file under it,
 * with the strict form everywhere; if one of them fails, with the strict form in one place after
 * the other.
 */
export const firstImport: Step = {
  name: options.sourceForKey.step,
  stage: 0,
  settles: ["sourceForKey", "sourceForBucket", "sourceForRole"],
  isNeeded: true,
  run: askForSources,
};

const guarded: readonly Guarded[] = ["role", "key", "bucket"];
const factOf = { key: "sourceForKey", bucket: "sourceForBucket", role: "sourceForRole" } as const;

/** The reason why something fails with these forms; undefined if it works. */
type Attempt = (forms: Forms) => Promise<string | undefined>;

async function askForSources(suite: Suite): Promise<Facts> {
  const attempt = createAttempts(suite);
  const answer = (isNamed: (place: Guarded) => boolean) =>
    Object.fromEntries(guarded.map((place) => [factOf[place], isNamed(place) ? "named" : "not named"]));

  if ((await attempt(inAll("strict"))) === undefined) return { ...answer(() => true), works: "strict conditions" };
  const general = await findGeneralForm(attempt);
  // Only the guide's samples work: the source has another form, and the three questions stay open.
  if (general.form === "open") return { works: "no conditions", reason: general.reason };
  const forms: Record<Guarded, Form> = inAll("if named");
  for (const place of guarded) {
    if ((await attempt({ ...inAll("if named"), [place]: "strict" })) === undefined) forms[place] = "strict";
  }
  const reason = await attempt(forms);
  if (reason !== undefined) throw new Error(`What worked in one place after the other fails together: ${reason}`);
  return { ...answer((place) => forms[place] === "strict"), works: "IfExists" };
}

/** Finds the narrowest form that works in all places at once. @throws when none does */
async function findGeneralForm(attempt: Attempt) {
  const reason = await attempt(inAll("if named"));
  if (reason === undefined) return { form: "if named" } as const;
  const other = await attempt(inAll("open"));
  if (other !== undefined) throw new Error(`A group with a key, or an import, fails without conditions too: ${other}`);
  // Once more: the role may have been too new for the attempts before.
  if ((await attempt(inAll("if named"))) === undefined) return { form: "if named" } as const;
  await attempt(inAll("open"));
  return { form: "open", reason } as const;
}

/**
 * Each attempt makes the group with a key again, and imports a file under it into the group without
 * one.
 */
function createAttempts(suite: Suite): Attempt {
  const { world, fixture } = suite;
  let count = 0;
  return async (forms) => {
    await setForms(suite, forms);
    if (fixture.lockedGroup) await deleteGroup(world, fixture.lockedGroup);
    fixture.lockedGroup = "";
    const name = ++count === 1 ? "interactions" : `interactions-${count}`;
    const file = { place: world.lockedPlace, file: "interactions.csv" };
    const ended: [Ended, Ended] = await Promise.all([
      makeLockedGroup(suite, "locked", world.roleArn).catch(endOfRefused),
      runImport(suite, { name, datasetArn: fixture.interactions, ...file }).catch(endOfRefused),
    ]);
    fixture.lockedGroup = ended[0].arn ?? "";
    const failed = ended.find(({ status }) => status !== "ACTIVE");
    return failed && (failed.failureReason ?? failed.status);
  };
}

/** A refusal of the request counts as a failed import: the service may look at the role at once. */
function endOfRefused(error: unknown): Ended {
  const isAboutAccess = error instanceof Error && /^(InvalidInput|AccessDenied)Exception$/.test(error.name);
  if (!isAboutAccess || /perform: (personalize|iam):/.test(error.message)) throw error;
  return { status: error.name, failureReason: error.message };
}

/**
 * Changes of IAM, and of policies of keys and buckets, are not seen everywhere at once (IAM guide,
 * "Troubleshooting IAM").
 */
const seenAfter = 2 * 60_000;

/** Gives the policies these forms, and waits until they count. */
async function setForms({ world, fixture }: Suite, forms: Forms): Promise<void> {
  const { kms, s3, iam, run } = world;
  const { forms: before } = fixture;
  if (forms.key !== before?.key) await kms.putKeyPolicy({ KeyId: fixture.keyArn, Policy: keyPolicy(world, forms.key) });
  if (forms.bucket !== before?.bucket) {
    for (const Bucket of bucketsOf(world)) {
      await s3.putBucketPolicy({ Bucket, Policy: bucketPolicy(world, Bucket, forms.bucket) });
    }
  }
  if (forms.role !== before?.role) {
    const PolicyDocument = trustPolicy(world, forms.role);
    await iam.updateAssumeRolePolicy({ RoleName: `${run}-data`, PolicyDocument });
  }
  fixture.forms = forms;
  await waitUntilSeen(world);
}

/** Waits until changes of policies count. */
export async function waitUntilSeen({ now, until }: Pick<World, "now" | "until">): Promise<void> {
  const end = now().getTime() + seenAfter;
  await until(async () => now().getTime() >= end);
}
