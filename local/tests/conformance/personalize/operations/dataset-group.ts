import { paginateListDatasetGroups } from "@aws-sdk/client-personalize";
import { countIn, fill } from "../making.ts";
import { type Operations, type Suite, tags, testDelete, testDescribe, testList } from "../operation.ts";

export function datasetGroupOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, run } = world;
  const datasetGroupArn = fixture.group;
  return {
    CreateDatasetGroup: {
      send: (c) => p.createDatasetGroup({ name: run, ...c }),
      once: true,
      errors: {
        InvalidInputException: { name: "no name!" },
        ResourceAlreadyExistsException: {},
        TooManyTagsException: () => ({ name: making.fresh(), tags: tags(51) }),
      },
      quota: {
        of: "5 groups in a Region",
        async fill() {
          const pages = paginateListDatasetGroups({ client: p }, {});
          await fill(5, await countIn(pages, ({ datasetGroups }) => datasetGroups), making.youngGroup);
          return { name: making.fresh() };
        },
      },
    },
    DescribeDatasetGroup: testDescribe(
      (c) => p.describeDatasetGroup({ datasetGroupArn, ...c }),
      "datasetGroupArn",
      datasetGroupArn,
    ),
    ListDatasetGroups: testList((c) => p.listDatasetGroups({ ...c })),
    DeleteDatasetGroup: testDelete(
      (c) => p.deleteDatasetGroup({ datasetGroupArn, ...c }),
      "datasetGroupArn",
      datasetGroupArn,
      {},
    ),
  };
}
