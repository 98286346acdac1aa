import { cbor } from "@smithy/core/cbor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Double, Tagged, writeCborValue } from "../../account/codecs/cbor-writer.ts";

test("the SDK reads what is written", () => {
  const simple = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.maxSafeInteger(),
    fc.double().map((n) => n + 0),
    fc.boolean(),
  );
  // The SDK's reader takes it for the object's prototype, and no model has such a member.
  const name = fc.string().filter((text) => text !== "__proto__");
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.oneof(simple, fc.constant(null)),
      fc.array(tie("tree")),
      fc.dictionary(name, tie("tree")),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      expect(cbor.deserialize(writeCborValue(value))).toEqual(value);
    }),
  );
});

// RFC 8949, appendix A.
test("doubles stay doubles when they are whole, and times have a tag", () => {
  expect(writeCborValue(new Double(-4)).toString("hex")).toBe("fbc010000000000000");
  expect(writeCborValue(new Tagged(1, 1363896240)).toString("hex")).toBe("c11a514b67b0");
});
