import type { Condition, Expression, Operator, Property, Test, Value } from "./syntax";
import { FilterSyntaxError } from "./syntax-error";
import { type Token, tokenize } from "./tokens";

const operators: readonly string[] = ["=", "!=", "<", "<=", ">", ">="];

/**
 * Reads a filter: expressions joined by `|`. The grammar is the guide's ("Filter expression
 * structure"); AND binds tighter than OR, and round brackets group. Keywords are taken in any case.
 * Throws FilterSyntaxError.
 */
export function parseFilter(text: string): readonly Expression[] {
  return new Parser(text).filter();
}

/** Recursive descent: one method per rule of the grammar. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(readonly text: string) {
    this.#tokens = tokenize(text);
  }

  filter(): Expression[] {
    const expressions = [this.#expression()];
    while (this.#takes("|")) expressions.push(this.#expression());
    if (this.#peek().kind !== "end") throw this.#expected('"|" or the end');
    return expressions;
  }

  #expression(): Expression {
    const mode = this.#takesWord("INCLUDE") ? "INCLUDE" : this.#takesWord("EXCLUDE") ? "EXCLUDE" : undefined;
    if (!mode) throw this.#expected("INCLUDE or EXCLUDE");
    const subject = this.#peek();
    if (!this.#takesWord("ItemID")) {
      const known = /^(?:UserID|ActionID)$/i.test(subject.text);
      throw known
        ? this.#fault(subject, `${subject.text} filters belong to user segments and actions, which are not here`)
        : this.#expected("ItemID");
    }
    this.#needsWord("WHERE");
    const where = this.#either();
    const when = this.#takesWord("IF") ? this.#userTests() : [];
    return { mode, where, when };
  }

  #userTests(): Test[] {
    const tests = [this.#test()];
    while (this.#takesWord("AND")) tests.push(this.#test());
    const stranger = tests.find(({ property }) => property.dataset !== "CurrentUser");
    if (stranger) {
      throw new FilterSyntaxError(this.text, stranger.property.position, "IF is followed by CurrentUser only");
    }
    return tests;
  }

  #either(): Condition {
    const parts = [this.#both()];
    while (this.#takesWord("OR")) parts.push(this.#both());
    return parts.length === 1 && parts[0] ? parts[0] : { kind: "or", parts };
  }

  #both(): Condition {
    const parts = [this.#single()];
    while (this.#takesWord("AND")) parts.push(this.#single());
    return parts.length === 1 && parts[0] ? parts[0] : { kind: "and", parts };
  }

  #single(): Condition {
    if (this.#takes("(")) {
      const inner = this.#either();
      this.#needs(")");
      return inner;
    }
    const test = this.#test();
    if (test.property.dataset === "CurrentUser") {
      throw new FilterSyntaxError(this.text, test.property.position, "CurrentUser is allowed only after IF");
    }
    return { kind: "test", test };
  }

  #test(): Test {
    const property = this.#property();
    const negated = this.#takesWord("NOT");
    if (this.#takesWord("IN")) {
      const current = this.#currentItem();
      return { kind: "membership", property, negated, values: current ? [current] : this.#list() };
    }
    if (negated) throw this.#expected("IN");
    const token = this.#peek();
    if (token.kind !== "symbol" || !operators.includes(token.text)) throw this.#expected("IN, NOT IN or a comparison");
    this.#next++;
    return { kind: "comparison", property, operator: token.text as Operator, value: this.#operand() };
  }

  #property(): Property {
    const token = this.#peek();
    const found = (["Interactions", "Items", "CurrentUser"] as const).find((name) => this.#takesWord(name));
    if (!found) {
      if (/^Users$/i.test(token.text)) {
        throw this.#fault(token, "Users belongs to user segments, which are not here");
      }
      if (/^CurrentItem$/i.test(token.text)) {
        throw this.#fault(token, "CurrentItem stands after an operator or IN only");
      }
      throw this.#expected("Interactions, Items or CurrentUser");
    }
    const field = this.#field();
    // AWS took `Interactions.event_type` for a schema with EVENT_TYPE (executed notebook,
    // POC_in_a_box/completed/04_Deploying_Campaigns_and_Filters). The guide ignores no other case.
    return { dataset: found, field: found === "Interactions" ? field.toUpperCase() : field, position: token.position };
  }

  #field(): string {
    this.#needs(".");
    const field = this.#peek();
    if (field.kind !== "word") throw this.#expected("the name of a field");
    this.#next++;
    return field.text;
  }

  /** `CurrentItem.FIELD`, without brackets as in the guide's example. */
  #currentItem(): Value | undefined {
    const { position } = this.#peek();
    return this.#takesWord("CurrentItem") ? { kind: "current item", field: this.#field(), position } : undefined;
  }

  #list(): Value[] {
    this.#needs("(");
    const values = [this.#value()];
    while (this.#takes(",")) values.push(this.#value());
    this.#needs(")");
    return values;
  }

  #operand(): Value {
    if (!this.#takes("(")) return this.#currentItem() ?? this.#value();
    const value = this.#value();
    this.#needs(")");
    return value;
  }

  #value(): Value {
    const token = this.#peek();
    const { position, text } = token;
    this.#next++;
    if (token.kind === "text") return text === "*" ? { kind: "any", position } : { kind: "text", text, position };
    if (token.kind === "number") return { kind: "number", number: Number(text), position };
    if (token.kind === "parameter") return { kind: "parameter", name: text, position };
    if (token.kind === "symbol" && text === "*") return { kind: "any", position };
    this.#next--;
    throw this.#expected("a text in double quotes, a number or a $PARAMETER");
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", text: "", position: this.text.length };
  }
  #takes(symbol: string): boolean {
    const token = this.#peek();
    if (token.kind !== "symbol" || token.text !== symbol) return false;
    this.#next++;
    return true;
  }
  #needs(symbol: string): void {
    if (!this.#takes(symbol)) throw this.#expected(JSON.stringify(symbol));
  }
  #takesWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== "word" || token.text.toLowerCase() !== word.toLowerCase()) return false;
    this.#next++;
    return true;
  }
  #needsWord(word: string): void {
    if (!this.#takesWord(word)) throw this.#expected(word);
  }
  #expected(what: string): FilterSyntaxError {
    return this.#fault(this.#peek(), `${what} is expected`);
  }
  #fault({ position }: Token, problem: string): FilterSyntaxError {
    return new FilterSyntaxError(this.text, position, problem);
  }
}
