import ts from "typescript";

/** A place where a key, which may come from outside, is used on an ordinary object. */
export interface ForeignKey {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Above or behind an exception, with its reason. */
const exception = /\/\/ Known keys?: \S/;

/**
 * Packages whose types are not read, because they are large: their values have the type `any`, and count as what comes
 * from outside.
 */
const unread = /^(@pulumi\/|@aws-sdk\/|@smithy\/|zod$|zod\/|playwright|typescript$)/;

/** Reads the types of source files; `options` are those of tsconfig.json, `texts` those of files that are not on the disk. */
export function createProgram(
  files: readonly string[],
  options: ts.CompilerOptions,
  texts: Readonly<Record<string, string>>,
): ts.Program {
  const host = ts.createCompilerHost(options);
  // Reading the comments of TypeScript files, which say nothing of types, takes a tenth of the time.
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
  const read = host.readFile;
  host.readFile = (file) => (Object.hasOwn(texts, file) ? texts[file] : read(file));
  const cache = ts.createModuleResolutionCache(host.getCurrentDirectory(), (name) => name, options);
  host.resolveModuleNameLiterals = (names, from, redirect, given, source) =>
    names.map((name) =>
      unread.test(name.text)
        ? { resolvedModule: undefined }
        : ts.resolveModuleName(
            name.text,
            from,
            given,
            host,
            cache,
            redirect,
            ts.getModeForUsageLocation(source, name, given),
          ),
    );
  return ts.createProgram([...files], options, host);
}

/**
 * Finds, in the given files, a text that is not known as a literal and that is
 *
 * - the key of a member that is read, set, destructured or looked for with `in`, on an object with a prototype; allowed on
 *   a `Dictionary`, and behind `Object.hasOwn` with the same object and key,
 * - or copied as a key by `Object.assign`, which sets members as an assignment does.
 */
export function findForeignKeys(program: ts.Program, files: readonly string[]): ForeignKey[] {
  const checker = program.getTypeChecker();
  const found: ForeignKey[] = [];
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`The compiler does not know ${file}.`);
    const lines = source.text.split("\n");
    const visit = (node: ts.Node) => {
      if (isForeignKey(checker, node)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        const isKnown = exception.test(lines[line] ?? "") || exception.test(lines[line - 1] ?? "");
        if (!isKnown) found.push({ file, line: line + 1, text: node.getText(source) });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

function isForeignKey(checker: ts.TypeChecker, node: ts.Node): boolean {
  if (ts.isElementAccessExpression(node)) {
    const { expression: object, argumentExpression: key } = node;
    return isForeign(checker, key) && !isSafe(checker, object) && !isGuarded(node, object, key);
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword) {
    return !ts.isPrivateIdentifier(node.left) && isForeign(checker, node.left) && !isSafe(checker, node.right);
  }
  if (ts.isBindingElement(node)) {
    const name = node.propertyName;
    return name !== undefined && ts.isComputedPropertyName(name) && isForeign(checker, name.expression);
  }
  if (ts.isForInStatement(node)) return true;
  if (!ts.isCallExpression(node) || node.expression.getText() !== "Object.assign") return false;
  return node.arguments.slice(1).some((source) => hasForeignKeys(checker, checker.getTypeAtLocation(source)));
}

function isForeign(checker: ts.TypeChecker, key: ts.Expression): boolean {
  const mayBeText = (type: ts.Type): boolean => {
    const texts = ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral | ts.TypeFlags.StringMapping;
    if (type.flags & (texts | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return true;
    if (type.isUnion()) return type.types.some(mayBeText);
    const constraint = type.flags & ts.TypeFlags.Instantiable ? checker.getBaseConstraintOfType(type) : undefined;
    return constraint !== undefined && mayBeText(constraint);
  };
  return mayBeText(checker.getTypeAtLocation(key));
}

/** Objects without prototype; lists and texts have numbers as keys. */
function isSafe(checker: ts.TypeChecker, object: ts.Expression): boolean {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(object));
  const types = type.isUnion() ? type.types : [type];
  return types.every((one) => one.symbol?.name === "Dictionary");
}

/** Returns true when the node is reached only where `Object.hasOwn(object, key)` is true. */
function isGuarded(node: ts.Node, object: ts.Expression, key: ts.Expression): boolean {
  const guard = `Object.hasOwn(${bare(object)}, ${bare(key)})`;
  const implies = (condition: ts.Expression): boolean =>
    ts.isBinaryExpression(condition) && condition.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
      ? implies(condition.left) || implies(condition.right)
      : condition.getText() === guard;
  for (let inner = node, outer = node.parent; outer; inner = outer, outer = outer.parent) {
    if (ts.isConditionalExpression(outer) && outer.whenTrue === inner && implies(outer.condition)) return true;
    if (ts.isIfStatement(outer) && outer.thenStatement === inner && implies(outer.expression)) return true;
    if (ts.isBinaryExpression(outer) && outer.right === inner) {
      if (outer.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken && implies(outer.left)) return true;
    }
    if (ts.isFunctionLike(outer)) return false;
  }
  return false;
}

/** The text of an expression without brackets and casts around it. */
function bare(expression: ts.Expression): string {
  return ts.isParenthesizedExpression(expression) || ts.isAsExpression(expression)
    ? bare(expression.expression)
    : expression.getText();
}

/** Returns true when the members of a type are not known: it comes from outside, or has any number of them. */
function hasForeignKeys(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some((one) => hasForeignKeys(checker, one));
  return (
    (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) !== 0 ||
    checker.getIndexInfosOfType(type).length > 0
  );
}
