import { parseSync } from 'vite';

export interface Imported {
  /** Undefined when it is computed. */
  specifier: string | undefined;
  at: number;
}

export interface FileImports {
  imports: Imported[];
  sqlAt: number[];
  error?: string;
}

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

/** Every import of a file, those of types, of `import('…')` and of `require` included, and every sql`…`. From the syntax tree, so that comments and strings deceive nobody. */
export function readImports(file: string, text: string): FileImports {
  const { program, errors } = parseSync(file, text);
  const first = errors[0];
  if (first) return { imports: [], sqlAt: [], error: first.message };
  const found: FileImports = { imports: [], sqlAt: [] };
  walk(program, (node) => {
    const source = sourceOf(node);
    if (source) found.imports.push({ specifier: literal(source), at: node.start });
    if (isSql(node)) found.sqlAt.push(node.start);
  });
  return found;
}

function sourceOf(node: Node): Node | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return asNode(node.source);
    case 'TSExternalModuleReference':
      return asNode(node.expression);
    case 'CallExpression':
      return asNode(node.callee)?.name === 'require' ? asNode((node.arguments as unknown[])[0]) : undefined;
    default:
      return undefined;
  }
}

function literal(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  const parts = node.type === 'TemplateLiteral' ? (node.quasis as { value: { cooked: string } }[]) : [];
  return parts.length === 1 ? parts[0]?.value.cooked : undefined;
}

function isSql(node: Node): boolean {
  const tag =
    node.type === 'TaggedTemplateExpression'
      ? asNode(node.tag)
      : node.type === 'CallExpression'
        ? asNode(node.callee)
        : undefined;
  if (tag?.type === 'Identifier') return node.type === 'TaggedTemplateExpression' && tag.name === 'sql';
  // sql.raw(…) and db.sql`…`
  return tag?.type === 'MemberExpression' && (asNode(tag.object)?.name === 'sql' || asNode(tag.property)?.name === 'sql');
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  const node = asNode(value);
  if (!node) return;
  visit(node);
  for (const child of Object.values(node)) if (typeof child === 'object') walk(child, visit);
}

function asNode(value: unknown): Node | undefined {
  return typeof value === 'object' && value !== null && 'type' in value ? (value as Node) : undefined;
}
