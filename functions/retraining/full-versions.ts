import type { Personalize } from "../support/clients";

/**
 * Finds models that cannot be trained with the mode UPDATE, because they have no ACTIVE version that was trained completely (API
 * reference, CreateSolutionVersion, trainingMode).
 */
export async function findModelsWithoutFullVersion(
  personalize: Personalize,
  models: readonly { readonly name: string; readonly solutionArn: string }[],
): Promise<string[]> {
  const checked = models.map(async ({ name, solutionArn }) =>
    (await hasFullVersion(personalize, solutionArn)) ? [] : [name],
  );
  return (await Promise.all(checked)).flat();
}

async function hasFullVersion(personalize: Personalize, solutionArn: string): Promise<boolean> {
  const { sdk, client } = await personalize();
  for await (const { solutionVersions = [] } of sdk.paginateListSolutionVersions({ client }, { solutionArn })) {
    if (solutionVersions.some(({ status, trainingMode }) => status === "ACTIVE" && trainingMode === "FULL"))
      return true;
  }
  return false;
}
