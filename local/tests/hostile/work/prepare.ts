import type { Account } from "../../../account/account";
import { modelOf } from "../../../account/model/schema";
import type { RequestHandler } from "../../../account/wire/server";
import { type Example, preparation } from "./examples";
import { type Credential, encode } from "./wire";

/** The parts of a prepared account that the cases use. */
export interface Prepared {
  /** A session of a role that may do everything. */
  readonly session: Credential;
  readonly trackingId: string;
}

/** Creates one resource of each kind that the requests refer to, so that they get further than "not found". */
export async function prepare(account: Account, { answer }: Pick<RequestHandler, "answer">): Promise<Prepared> {
  const call = async (...[service, name, input]: Example): Promise<string> => {
    const operation = (await modelOf(service)).operations.get(name);
    if (!operation) throw new Error(`${service} has no operation ${name}.`);
    const response = await answer(encode(service, operation, input));
    if (response && response.status < 300) return String(response.body);
    throw new Error(`${service}:${name} returned ${response?.status}: ${String(response?.body)}`);
  };
  const answers = new Map<string, string>();
  for (const step of preparation) {
    for (const example of step) answers.set(example[1], await call(...example));
    await account.clock.advance(60_000);
  }
  const read = (operation: string, name: string) =>
    new RegExp(`[<"]${name}(?:>|":")([^<"]+)`).exec(answers.get(operation) ?? "")?.[1] ?? "";
  const TargetKeyId = read("CreateKey", "KeyId");
  await call("kms", "CreateAlias", { AliasName: "alias/pets", TargetKeyId });
  const RoleArn = "arn:aws:iam::000000000000:role/pets";
  answers.set("AssumeRole", await call("sts", "AssumeRole", { RoleArn, RoleSessionName: "pets" }));
  return {
    session: { accessKeyId: read("AssumeRole", "AccessKeyId"), sessionToken: read("AssumeRole", "SessionToken") },
    trackingId: read("CreateEventTracker", "trackingId"),
  };
}
