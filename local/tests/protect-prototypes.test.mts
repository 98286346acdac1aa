import { createContext, runInContext } from "node:vm";
import { expect, test } from "vitest";
import { protectPrototypes } from "../account/host/protect-prototypes.ts";

/**
 * Evaluates a script in a context whose prototypes are protected: those of this process stay as
 * they are.
 */
function evaluate(script: string): unknown {
  const context = createContext({});
  protectPrototypes(runInContext("globalThis", context));
  return runInContext(script, context);
}

test("a document reaches and changes no prototype by the name __proto__", () => {
  const merge = `
    const merge = (into, from) => {
      for (const [name, value] of Object.entries(from)) {
        if (typeof into[name] === "object" && typeof value === "object") merge(into[name], value);
        else into[name] = value;
      }
      return into;
    };`;
  expect(evaluate(`${merge} merge({ a: 1 }, JSON.parse('{"__proto__":{"admin":true}}')); ({}).admin`)).toBeUndefined();
  expect(evaluate(`${merge} merge({}, JSON.parse('{"__proto__":{"admin":true}}')).admin`)).toBeUndefined();
  expect(evaluate(`const tags = {}; tags["__proto__"] = "a"; JSON.stringify(tags)`)).toBe('{"__proto__":"a"}');
});

test.each(["Object", "Array", "Function", "String", "Number", "Boolean"])("%s.prototype gets no new member", (name) => {
  const script = `"use strict"; ${name}.prototype.admin = true;`;
  expect(() => evaluate(script)).toThrow(/object is not extensible/);
});

test("a member of all objects cannot be replaced", () => {
  expect(() => evaluate(`Object.prototype.toString = () => "other"`)).toThrow(
    "toString of all objects cannot be changed.",
  );
  expect(() => evaluate(`"use strict"; delete Object.prototype.hasOwnProperty`)).toThrow(/Cannot delete property/);
});

test("an object can have its own member with such a name", () => {
  const own = `const one = {}; one.toString = () => "own"; String(one)`;
  expect(evaluate(own)).toBe("own");
  const oldClass = `function Type() {} Type.prototype.toString = function () { return "type"; }; String(new Type())`;
  expect(evaluate(oldClass)).toBe("type");
  expect(evaluate(`class Type { toString() { return "type"; } } String(new Type())`)).toBe("type");
  expect(evaluate(`JSON.stringify({ ...JSON.parse('{"valueOf":1,"constructor":2}') })`)).toBe(
    '{"valueOf":1,"constructor":2}',
  );
  expect(evaluate(`const one = {}; one.toString = 1; delete one.toString; String(one)`)).toBe("[object Object]");
});
