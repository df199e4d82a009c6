// Mutations of one node each, drawn at random from the modules that decide, write or keep: what tests should notice. The
// same seed draws the same ones as long as the sources stay the same.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** Modules whose faults would cost somebody a contact, a value or a run. */
const MODULES = [
  "domain",
  "limits",
  "plan",
  "reconcile",
  "sync",
  "app/decisions",
  "copper",
  "mailchimp",
  "store",
  "app/activities",
  "notify",
];

const K = ts.SyntaxKind;
/** What stands in an operator's place. */
const OPERATORS = new Map([
  [K.LessThanToken, ["<="]],
  [K.LessThanEqualsToken, ["<"]],
  [K.GreaterThanToken, [">="]],
  [K.GreaterThanEqualsToken, [">"]],
  [K.EqualsEqualsEqualsToken, ["!=="]],
  [K.ExclamationEqualsEqualsToken, ["==="]],
  [K.AmpersandAmpersandToken, ["||"]],
  [K.BarBarToken, ["&&"]],
  [K.PlusToken, ["-"]],
  [K.MinusToken, ["+"]],
]);

/**
 * Every mutation of a file: where, and what in its place.
 * @returns {{file: string, start: number, end: number, to: string, line: number, from: string}[]}
 */
export function mutationsOf(file) {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (start, end, to) => {
    const from = text.slice(start, end);
    if (from === to) return;
    found.push({ file, start, end, to, from, line: source.getLineAndCharacterOfPosition(start).line + 1 });
  };
  const whole = (node, to) => add(node.getStart(source), node.end, to);
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node)) return;
    if (ts.isBinaryExpression(node))
      for (const to of OPERATORS.get(node.operatorToken.kind) ?? []) whole(node.operatorToken, to);
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === K.QuestionQuestionToken)
      add(node.left.end, node.end, "");
    if (ts.isIfStatement(node)) {
      whole(node.expression, "true");
      whole(node.expression, "false");
    }
    if (ts.isConditionalExpression(node)) {
      whole(node, node.whenTrue.getText(source));
      whole(node, node.whenFalse.getText(source));
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken)
      whole(node, `(${node.operand.getText(source)})`);
    if (ts.isExpressionStatement(node) && !ts.isStringLiteral(node.expression)) whole(node, ";");
    if (ts.isReturnStatement(node) && node.expression !== undefined) {
      const kind = node.expression.kind;
      if (kind === K.TrueKeyword) whole(node.expression, "false");
      else if (kind === K.FalseKeyword) whole(node.expression, "true");
      else if (kind === K.ArrayLiteralExpression) whole(node.expression, "[]");
      else if (kind !== K.Identifier || node.expression.text !== "undefined") whole(node.expression, "undefined");
    }
    if (ts.isArrowFunction(node) && (node.body.kind === K.TrueKeyword || node.body.kind === K.FalseKeyword))
      whole(node.body, node.body.kind === K.TrueKeyword ? "false" : "true");
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Every source of the modules above. */
function sources() {
  return MODULES.flatMap((module) =>
    readdirSync(join("src", module), { recursive: true })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .sort()
      .map((name) => join("src", module, name)),
  );
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws so many mutations, no two at one place, each file as likely as it has places. */
export function drawn(count, seed) {
  const all = sources().flatMap(mutationsOf);
  const random = chance(seed);
  const taken = new Map();
  while (taken.size < Math.min(count, all.length)) {
    const one = all[Math.floor(random() * all.length)];
    taken.set(`${one.file}:${one.start}`, one);
  }
  return [...taken.values()];
}

/** A mutation in words. */
export function nameOf({ file, line, from, to }) {
  const short = (text) => text.replace(/\s+/g, " ").slice(0, 60);
  return `${file}:${line}  ${short(from)}  →  ${to === "" ? "(nothing)" : short(to)}`;
}

/** Whether somebody has judged that no behaviour differs; told by what stands there, since lines move. */
export function isEquivalent({ file, from, to, start }, known) {
  const text = readFileSync(file, "utf8");
  const line = text.slice(text.lastIndexOf("\n", start) + 1, text.indexOf("\n", start)).trim();
  return known.some((one) => one.file === file && one.line === line && one.from === from && one.to === to);
}
