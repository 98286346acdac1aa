import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketName, physicalName, startOfNames } from "../../names/physical-names.ts";

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/);
/** Without the starts that S3 reserves. */
const projectName = word.filter((text) => !/^(xn--|sthree-|amzn-s3-demo-)/.test(text));

test("a name is valid for Personalize, with parts of any length", () => {
  fc.assert(
    fc.property(projectName, word, word, (project, stack, part) => {
      expect(physicalName({ project, stack }, part)).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/);
    }),
  );
});

test("long names of two stacks do not meet", () => {
  const long = "a-very-long-name-of-a-stack-that-does-not-fit-into-sixty-three";
  expect(physicalName({ project: "shop", stack: `${long}-one` }, "events")).not.toBe(
    physicalName({ project: "shop", stack: `${long}-two` }, "events"),
  );
});

// S3 guide, "General purpose bucket naming rules"; IAM API reference, CreateRole.
test.each(["dev.eu", "a_b", "A-B", "Dev", ""])("a stack with the name %j is refused at once", (stack) => {
  expect(() => physicalName({ project: "recommender", stack }, "events")).toThrow(
    `The stack's name "${stack}" cannot begin the names of buckets and roles. Choose one of lower-case letters, digits and -.`,
  );
});

// S3 guide, "General purpose bucket naming rules".
test.each([
  ["Shop", ""],
  ["shop.recs", ""],
  ["shop_recs", ""],
  ["-shop", " that does not begin with -"],
  ["xn--shop", " that does not begin with xn--"],
])("a project with the name %j is refused", (project, remedy) => {
  expect(() => physicalName({ project, stack: "dev" }, "events")).toThrow(
    `The project's name "${project}" (\`name\` in Pulumi.yaml) cannot begin the names of buckets and roles. Choose one of lower-case letters, digits and -${remedy}.`,
  );
});

test("all names of a stack begin with its start, also those that are cut", () => {
  fc.assert(
    fc.property(projectName, word, word, (project, stack, part) => {
      const start = startOfNames({ project, stack });
      expect(physicalName({ project, stack }, part).startsWith(start)).toBe(true);
    }),
  );
});

test("the name of a bucket is valid for S3, ends with the account, and is of one stack only", () => {
  expect(bucketName({ project: "recommender", stack: "dev-1" }, "data", "111122223333")).toBe(
    "recommender-dev-1-data-111122223333",
  );
  const names = new Map<string, string>();
  fc.assert(
    fc.property(word, fc.constantFrom("archive", "data", "quarantine"), (stack, part) => {
      const name = bucketName({ project: "recommender", stack }, part, "111122223333");
      expect(name).toMatch(/^[a-z0-9][a-z0-9-]{2,61}[a-z0-9]$/);
      expect(names.get(name) ?? stack).toBe(stack);
      names.set(name, stack);
    }),
  );
});
