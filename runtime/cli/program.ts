/** The commands of `strata`, as commander knows them: help and completion come from here. */
import { Command, Help, type Option } from 'commander'
import { declareArchive } from './commands/archive.ts'
import { declareAuthenticate } from './commands/authenticate.ts'
import { declareBuild } from './commands/build.ts'
import { declareChallenge } from './commands/challenge.ts'
import { declareDaemon } from './commands/daemon.ts'
import { declareDescribe } from './commands/describe.ts'
import { declareDownload } from './commands/download.ts'
import { declareEdit } from './commands/edit.ts'
import { declareGc } from './commands/gc.ts'
import { declareGit } from './commands/git.ts'
import { declareGraph } from './commands/graph.ts'
import { declareHash } from './commands/hash.ts'
import { declareImport } from './commands/import.ts'
import { declareLint } from './commands/lint.ts'
import { declarePackage } from './commands/package.ts'
import { declarePackageAliases } from './commands/package-aliases.ts'
import { declareProcesses } from './commands/processes.ts'
import { declarePublish } from './commands/publish.ts'
import { declarePull } from './commands/pull.ts'
import { declareRefresh } from './commands/refresh.ts'
import { declareRepl } from './commands/repl.ts'
import { declareSearch } from './commands/search.ts'
import { declareEnvironment, declareShell } from './commands/shell.ts'
import { declareShow } from './commands/show.ts'
import { declareSize } from './commands/size.ts'
import { declareStyle } from './commands/style.ts'
import { declareTimeMachine } from './commands/time-machine.ts'
import { declareWhy } from './commands/why.ts'

export const version = '0.1.0'

export function makeProgram(): Command {
  const program = new Command('strata')
    .description('functional package management in the style of GNU Guix')
    .version(version, '-V, --version')
    .showHelpAfterError('(strata --help lists the commands)')
    .enablePositionalOptions()
    .configureHelp({ optionDescription: describeOption })
    .addHelpText(
      'after',
      `
Scheme programs, with the arguments of guile:
  strata FILE.scm [ARG...]          run a script
  strata -c EXPR [ARG...]           evaluate an expression
  strata -L DIR ...                 add DIR to the load path
  strata -l FILE, -e PROC, -s FILE  as guile has them

Environment:
  STRATA_ROOT        the directory that holds the store (gnu/store) and its state
  GUIX_PACKAGE_PATH  directories with more package modules
  STRATA_CHANNELS    the profile of channels to use instead of what \`strata pull' made; empty for none
  GUIX_BUILD_OPTIONS options for every build
  GUIX_DAEMON_SOCKET the daemon to use instead of this user's own store
  STRATA_SUBSTITUTE_URLS  servers of substitutes, for keys that \`strata archive --authorize' was given`,
    )
  declareBuild(program)
  declareShell(program)
  declareEnvironment(program)
  declareShow(program)
  declareSearch(program)
  declarePackage(program)
  declarePackageAliases(program)
  declareWhy(program)
  declareRefresh(program)
  declareImport(program)
  declareLint(program)
  declareStyle(program)
  declareSize(program)
  declareGraph(program)
  declareEdit(program)
  declarePull(program)
  declareDescribe(program)
  declareTimeMachine(program)
  declareDaemon(program)
  declareArchive(program)
  declareGc(program)
  declareHash(program)
  declareDownload(program)
  declarePublish(program)
  declareChallenge(program)
  declareProcesses(program)
  declareAuthenticate(program)
  declareGit(program)
  declareRepl(program)
  declareVersions(program)
  return program
}

/** What the help says of OPTION: as commander has it, but for the empty list that options which may be repeated begin with. */
function describeOption(option: Option): string {
  return new Help().optionDescription(option).replace(/ ?\(default: \[\]\)$/, '')
}

/** Each command says its version, too, as those of Guix do. */
function declareVersions(command: Command): void {
  for (const subcommand of command.commands) {
    subcommand.version(`${command.name()} ${subcommand.name()} ${version}`, '-V, --version')
    declareVersions(subcommand)
  }
}
