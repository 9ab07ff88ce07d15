import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type FieldPath, pathText } from '../input/field-place.js';
import { InputError } from '../input/input-error.js';
import type { Located, Position } from './located.js';

/** Far more than an experiment says. */
const mostValues = 10_000;
const mostLevels = 50;

/**
 * Reads YAML 1.2 or JSON, which is a part of it, and keeps where everything stands.
 * @param file the name of the file, for messages
 * @throws InputError for what is not one document of plain objects, lists and values
 */
export function parseLocated(text: string, file: string): Located {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // The library's check takes time with the square of their number; ours is below.
    uniqueKeys: false,
  });
  const reader = new Reader(file, lines);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const at = reader.position(problem.pos[0]);
    const found = text.split(/\r?\n/, at.line)[at.line - 1]?.trim();
    const reason = problem.code === 'MULTIPLE_DOCS' ? 'one document' : oneLine(problem.message);
    throw new InputError(`${file}:${at.line}:${at.column}`, found, `YAML or JSON (${reason})`);
  }
  if (!document.contents) throw new InputError(file, undefined, 'an experiment in YAML or JSON');
  return reader.read(document.contents, reader.start(document.contents), []);
}

/** `digits.yaml:7:3: optimizers.adam`. */
export function placeText({ file, line, column }: Position, path: FieldPath): string {
  return [`${file}:${line}:${column}`, pathText(path)].filter(Boolean).join(': ');
}

class Reader {
  readonly #anchors = new Map<string, Node>();
  #values = 0;

  constructor(
    readonly file: string,
    readonly lines: LineCounter,
  ) {}

  position(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line, column: col };
  }

  start(node: unknown, otherwise?: Position): Position {
    const { range } = node as Partial<Node>;
    return range ? this.position(range[0]) : (otherwise ?? this.position(0));
  }

  read(node: Node | null, at: Position, path: FieldPath): Located {
    // Aliases count as what they stand for, so that few of them cannot make much.
    if (++this.#values > mostValues)
      throw new InputError(placeText(at, path), 'more', `at most ${mostValues} values`);
    if (path.length > mostLevels)
      throw new InputError(placeText(at, path.slice(0, 3)), 'more', `at most ${mostLevels} levels`);
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target) return this.read(target, at, [...path, '*']);
    } else if (node?.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node === null) return { at, scalar: null };
    if (isScalar(node)) return { at, scalar: node.value };
    if (isSeq<Node>(node))
      return { at, items: node.items.map((item, i) => this.read(item, this.start(item, at), [...path, i])) };
    if (isMap<Node, Node | null>(node)) {
      const fields = new Map<string, Located>();
      for (const { key, value } of node.items) {
        const keyAt = this.start(key, at);
        const name = this.#name(key, keyAt, path);
        if (fields.has(name)) throw new InputError(placeText(keyAt, path), name, 'each name once');
        fields.set(name, this.read(value, keyAt, [...path, name]));
      }
      return { at, fields };
    }
    throw new InputError(placeText(at, path), String(node), 'objects, lists, texts, numbers, true and false');
  }

  #name(key: Node, at: Position, path: FieldPath): string {
    if (!isScalar(key)) throw new InputError(placeText(at, path), String(key), 'texts as names');
    const name = String(key.value);
    if (name === '__proto__') throw new InputError(placeText(at, path), name, 'any other name');
    return name;
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
