import ts from "typescript";

/**
 * An operation of a service; without a service, one of those whose clients the source's folder
 * imports.
 */
export interface Call {
  readonly service?: string;
  readonly operation: string;
}

/**
 * Finds the calls in a TypeScript source: `call("kms", "Encrypt", …)`, `listAll(aws, "kms",
 * "ListAliases", …)`, `new sdk.EncryptCommand(…)`, `kms.encrypt(…)`, `paginateListAliases(…)`, and
 * tasks of a state machine: `call("kms:encrypt", …)`, or their ARN.
 */
export function findCallsInSource(text: string, file = "source.ts"): Call[] {
  const found: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      for (const [index, argument] of node.arguments.entries()) {
        const next = node.arguments.at(index + 1);
        if (!ts.isStringLiteral(argument) || !next) continue;
        found.push(...readTexts(next).map((operation) => ({ service: argument.text, operation })));
      }
      const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
      if (ts.isIdentifier(called) && (called !== node.expression || called.text.startsWith("paginate"))) {
        found.push({ operation: toOperation(called.text.replace(/^paginate/, "")) });
      }
    }
    if (ts.isNewExpression(node)) {
      const [, operation] = /(\w+)Command$/.exec(node.expression.getText()) ?? [];
      if (operation !== undefined) found.push({ operation });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  for (const [, service, operation = ""] of text.matchAll(/(?::states:::(?:aws-sdk:)?|\bcall\(")(\w+):(\w+)/g)) {
    found.push({ service: String(service), operation: toOperation(operation) });
  }
  return found;
}

/** The texts that an argument may be: one, or one of two. */
function readTexts(argument: ts.Expression): string[] {
  if (ts.isStringLiteral(argument)) return [argument.text];
  return ts.isConditionalExpression(argument) ? [argument.whenTrue, argument.whenFalse].flatMap(readTexts) : [];
}

export const toOperation = (method: string) => method.charAt(0).toUpperCase() + method.slice(1);
