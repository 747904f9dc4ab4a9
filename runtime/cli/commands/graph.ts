/** `strata graph`: the graph of what packages depend on, as DOT, SVG, JSON and others. Options of `guix graph`. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { projectDirectory } from '../../project-directory.ts'
import { addDaemonOption, type DaemonOption, daemonOf } from '../daemon-option.ts'
import { collect, natural } from '../options.ts'
import { printError } from '../report.ts'
import { callScript, plainList, plainText } from '../scheme-calls.ts'
import { showPlatforms, type Thing, type Transformation } from '../scheme-session.ts'
import { addTransformationOptions } from '../transformation-options.ts'

interface Options extends DaemonOption {
  readonly type: string
  readonly backend: string
  readonly format?: 'svg'
  readonly maxDepth?: number
  readonly path?: boolean
  readonly expression: readonly string[]
  readonly loadPath: readonly string[]
  readonly system?: string
  readonly target?: string
  readonly json?: boolean
  readonly listTypes?: boolean
  readonly listSystems?: boolean
  readonly listBackends?: boolean
}

/** A node, as `--json` prints it. */
interface Node {
  readonly id: string
  readonly label: string
}

interface Edge {
  readonly from: string
  readonly to: string
}

export function declareGraph(program: Command): void {
  const command = program
    .command('graph')
    .description('draw the graph of what packages depend on')
    .argument('[things...]', 'packages, or store items where the type of graph has them as nodes')
    .option('-t, --type <type>', 'what the nodes are; --list-types lists the types', 'package')
    .option('-b, --backend <backend>', 'how the graph is written; --list-backends lists the ways', 'graphviz')
    .addOption(new Option('--format <format>', 'draw the graph here').choices(['svg']))
    .option('-M, --max-depth <depth>', 'leave out what is further away', natural)
    .option('--path', 'print the shortest path between two nodes instead')
    .option('-e, --expression <expr>', 'consider the package that the Scheme expression evaluates to', collect, [])
    .option('-s, --system <system>', 'consider packages for SYSTEM, for example "i686-linux"')
    .option('--target <triplet>', 'consider packages cross-built for TRIPLET')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .option('--list-types', 'list the types of graphs')
    .option('--list-backends', 'list the ways to write graphs')
    .option('--json', 'print JSON')
    .option('--list-systems', 'list the systems that packages can be built for')
  const transformations = addTransformationOptions(command)
  addDaemonOption(command)
  command.action(async (things: string[], options: Options) => graph(things, options, transformations))
}

async function graph(
  texts: readonly string[],
  options: Options,
  transformations: readonly Transformation[],
): Promise<void> {
  if (options.listSystems === true) return showPlatforms('systems', options.loadPath)
  if (options.listTypes === true) return printTable('type', options)
  if (options.listBackends === true) return printTable('backend', options)
  daemonOf(options)
  const things: Thing[] = [
    ...texts.map((text): Thing => ({ kind: 'package', text })),
    ...options.expression.map((text): Thing => ({ kind: 'expression', text })),
  ]
  if (things.length === 0) printError('warning: no arguments specified; creating an empty graph')
  const { loadPath } = options
  const place = {
    system: options.system,
    target: options.target,
    transformations: transformations.map(({ name, argument }) => [name, argument]),
  }
  if (options.path === true) {
    const path = plainList(callScript('graph', 'graph-path', [things, options.type], { loadPath, keywords: place }))
    if (options.json === true) console.log(JSON.stringify(path, undefined, 2))
    else for (const label of path) console.log(label)
    return
  }
  const keywords = { ...place, 'max-depth': options.maxDepth }
  if (options.json !== true && options.format === undefined) {
    callScript('graph', 'write-graph', [things, options.type], {
      loadPath,
      keywords: { ...keywords, backend: options.backend },
    })
    return
  }
  const elements = plainList(callScript('graph', 'graph-elements', [things, options.type], { loadPath, keywords }))
  const nodes = plainList(elements[0]).map(toNode)
  const edges = plainList(elements[1]).map(toEdge)
  if (options.json === true) console.log(JSON.stringify({ type: options.type, nodes, edges }, undefined, 2))
  else await drawSvg(nodes, edges)
}

function toNode(row: unknown): Node {
  const [id = '', label = ''] = rowTexts(row)
  return { id, label }
}

function toEdge(row: unknown): Edge {
  const [from = '', to = ''] = rowTexts(row)
  return { from, to }
}

function rowTexts(row: unknown): string[] {
  return Array.isArray(row) ? row.map(String) : []
}

/** Graphviz, compiled to WebAssembly, is loaded when it is wanted. */
async function drawSvg(nodes: readonly Node[], edges: readonly Edge[]): Promise<void> {
  // Not bundled: it is large, and start-up snapshots would hold it.
  const requireInstalled = createRequire(join(projectDirectory(), 'package.json'))
  const { instance }: typeof import('@viz-js/viz') = requireInstalled('@viz-js/viz')
  const viz = await instance()
  const result = viz.render(
    {
      nodeAttributes: { shape: 'box', fontname: 'sans' },
      nodes: nodes.map(({ id, label }) => ({ name: id, attributes: { label } })),
      // With a limited depth, edges may lead to nodes that are not part of the graph.
      edges: edges
        .filter(({ to }) => nodes.some(({ id }) => id === to))
        .map(({ from, to }) => ({ tail: from, head: to })),
    },
    { format: 'svg' },
  )
  if (result.status === 'failure') {
    throw new StrataError('cannot-draw', result.errors.map(({ message }) => message).join('; '))
  }
  process.stdout.write(result.output)
}

function printTable(kind: 'type' | 'backend', { json }: Options): void {
  const rows = plainList(callScript('graph', kind === 'type' ? 'node-type-table' : 'backend-table', [])).map((row) => ({
    name: plainText(plainList(row)[0]),
    description: plainText(plainList(row)[1]),
  }))
  if (json === true) {
    console.log(JSON.stringify(rows, undefined, 2))
    return
  }
  console.log(`The available ${kind === 'type' ? 'node' : 'backend'} types are:\n`)
  for (const { name, description } of rows) console.log(`  - ${name}: ${description}`)
}
