import { createRoleCredentials } from "../../dynamic-providers/service/access";
import { programName } from "../../names/layout";
import type { StackName } from "../../names/physical-names";
import { parseConfig, type StackConfig } from "../../stacks/config/config";
import { openStackFiles } from "../../stacks/config/stack-file";
import { openStack, readStackAccess } from "../stack/account";
import { createAws } from "../stack/aws";
import { explainAccess } from "../stack/explain-access";
import { readProjectName, readStackFile } from "../stack/stack-file";
import { projectFolder } from "../terminal/project-folder";
import type { AccountUnderTest, Readable, Subject } from "./check";
import { planStack } from "./deployment/plan";

const prefix = `${programName}:`;

/**
 * Reads what the checks look at; what cannot be read is a finding of one check, and the others
 * continue.
 */
export async function readSubject(stack: string): Promise<Subject> {
  const [config, account] = await Promise.all([read(async () => readConfig(stack)), read(() => openAccount(stack))]);
  const project = readProjectName();
  return { project, stack, config, account, plan: await read(() => openPlan({ project, stack }, config, account)) };
}

async function read<T>(work: () => Promise<T>): Promise<Readable<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { problem: explainAccess(error).message };
  }
}

function readConfig(stack: string): StackConfig {
  const files = openStackFiles(projectFolder(), stack);
  const { values } = files.own.read();
  const given = Object.entries(values).filter(([key]) => key.startsWith(prefix));
  const settings = Object.fromEntries(given.map(([key, value]) => [key.slice(prefix.length), value]));
  return parseConfig(settings, stack, files);
}

/** Opens the account of a stack, as the environment and the stack's file name it. */
export async function openAccount(stack: string): Promise<AccountUnderTest> {
  const { account, region, client } = await openStack(stack);
  const access = readStackAccess(stack);
  const settings = { ...access.clients?.personalize, ...createRoleCredentials(access) };
  return { account, region, client, aws: createAws(region, client), personalize: createAws(region, settings) };
}

async function openPlan(name: StackName, given: Readable<StackConfig>, account: Readable<AccountUnderTest>) {
  if (given.value === undefined) throw new Error("the configuration is wrong: see the check of the configuration");
  if (account.value === undefined) throw new Error("the account is unknown: see the check of the identity");
  const { values } = readStackFile(name.stack);
  const { account: id, region } = account.value;
  const config = { ...values, "aws:region": region };
  return planStack({ ...name, account: id, region, config });
}
