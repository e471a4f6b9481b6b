/** Reads files of rule packs (YAML or JSON) and says in which line something is wrong. */
import { readFileSync } from 'node:fs';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import {
  applyPackFiles,
  builtinPacks,
  type OperatorPacks,
  PackFault,
  type PackFile,
  readPackFile,
} from '../../compliance/index.js';
import type { Problems } from './value-reader.js';

interface ReadFile {
  readonly path: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Line of the innermost thing on the path that is in the file. */
function lineOf({ document, lines }: ReadFile, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function read(path: string, problems: Problems): { file: ReadFile; content: PackFile } | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    problems.add(
      path,
      `cannot be read (${(error as NodeJS.ErrnoException).code ?? error}): check compliance.packs`,
    );
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  if (document.errors.length > 0) {
    for (const { linePos, message } of document.errors)
      problems.add(
        `${path}:${linePos?.[0].line ?? 1}`,
        message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''),
      );
    return undefined;
  }
  const file = { path, document, lines };
  try {
    return { file, content: readPackFile(document.toJS()) };
  } catch (error) {
    if (!(error instanceof PackFault)) throw error;
    problems.add(`${path}:${lineOf(file, error.path)}`, error.message);
    return undefined;
  }
}

/**
 * The packs of some files with the built-in ones; undefined when something is wrong, which is noted with file and line.
 */
export function loadPacks(paths: readonly string[], problems: Problems): OperatorPacks | undefined {
  const files = paths.map((path) => read(path, problems));
  const good = files.flatMap((each) => each ?? []);
  if (good.length < files.length) return undefined;
  try {
    return applyPackFiles(
      builtinPacks,
      good.map(({ content }) => content),
    );
  } catch (error) {
    if (!(error instanceof PackFault)) throw error;
    const [index, ...path] = error.path;
    const file = good[Number(index)]?.file;
    problems.add(file === undefined ? 'packs' : `${file.path}:${lineOf(file, path)}`, error.message);
    return undefined;
  }
}
