import { createRoleCredentials } from "../../dynamic-providers/service/access";
import type { StackName } from "../../names/physical-names";
import { openStack, readStackAccess } from "../stack/account";
import { createAws } from "../stack/aws";
import { explainAccess } from "../stack/explain-access";
import { readProjectName, readStackFile, requireStackFile } from "../stack/stack-file";
import type { AccountUnderTest, Readable, Subject } from "./check";
import { planStack } from "./deployment/plan";
import type { Place } from "./deployment/resource-arns";

/**
 * Reads what the checks look at; what cannot be read is a finding of one check, and the others
 * continue.
 */
export async function readSubject(stack: string): Promise<Subject> {
  const name = { project: readProjectName(), stack };
  const account = await read(openAccount(stack));
  return { ...name, account, plan: await read(openPlan(name, account.value)) };
}

const read = <T>(work: Promise<T>): Promise<Readable<T>> =>
  work.then(
    (value) => ({ value }),
    (error) => ({ problem: explainAccess(error).message }),
  );

/** Opens the account of a stack, as the environment and the stack's file name it. */
export async function openAccount(stack: string): Promise<AccountUnderTest> {
  const { account, region, client } = await openStack(stack);
  const access = readStackAccess(stack);
  const aws = createAws(region, client);
  const { Arn: caller = "" } = await aws.call("sts", "GetCallerIdentity", {});
  const settings = { ...access.clients?.personalize, ...createRoleCredentials(access) };
  return { account, region, caller, aws, personalize: createAws(region, settings) };
}

/** Without an account the program runs with the names of another one, which no other check sees. */
async function openPlan(name: StackName, { account = "000000000000", region = "us-east-1" }: Partial<Place> = {}) {
  requireStackFile(name.stack);
  return planStack({ ...name, account, region, config: { ...readStackFile(name.stack).values, "aws:region": region } });
}
