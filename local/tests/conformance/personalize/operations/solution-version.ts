import { fill } from "../making.ts";
import { absent, type Operations, type Suite, tags, testArn, testDescribe, testList } from "../operation.ts";

export function solutionVersionOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p } = world;
  const { solution, version } = fixture;
  return {
    CreateSolutionVersion: {
      send: (c) => p.createSolutionVersion({ solutionArn: solution, ...c }),
      once: true,
      errors: {
        ...testArn("solutionArn", solution),
        async ResourceAlreadyExistsException() {
          const name = making.fresh();
          await p.createSolutionVersion({ solutionArn: solution, name });
          return { name };
        },
        ResourceInUseException: async () => ({ solutionArn: await making.youngSolution() }),
        TooManyTagsException: { tags: tags(51) },
      },
      quota: {
        of: "20 versions pending or in progress in a Region",
        async fill() {
          await fill(20, 0, making.youngVersion);
          return {};
        },
      },
    },
    DescribeSolutionVersion: testDescribe(
      (c) => p.describeSolutionVersion({ solutionVersionArn: version, ...c }),
      "solutionVersionArn",
      version,
    ),
    ListSolutionVersions: {
      send: (c) => p.listSolutionVersions({ ...c }),
      errors: {
        ...testList((c) => p.listSolutionVersions({ ...c })).errors,
        ResourceNotFoundException: { solutionArn: absent(solution) },
      },
    },
    StopSolutionVersionCreation: {
      async send(c = {}) {
        const solutionVersionArn = c.solutionVersionArn ?? (await making.youngVersion());
        return p.stopSolutionVersionCreation({ solutionVersionArn: String(solutionVersionArn) });
      },
      errors: { ...testArn("solutionVersionArn", version), ResourceInUseException: { solutionVersionArn: version } },
    },
    GetSolutionMetrics: {
      send: (c) => p.getSolutionMetrics({ solutionVersionArn: version, ...c }),
      errors: {
        ...testArn("solutionVersionArn", version),
        ResourceInUseException: async () => ({ solutionVersionArn: await making.youngVersion() }),
      },
    },
  };
}
