import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { outputPath, seedDerivations } from '../../../runtime/bootstrap/index.ts'
import { realise } from '../../../runtime/builds/index.ts'
import { removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { isInstalled } from '../../support/programs.ts'
import { seededStore } from '../../support/seeded-store.ts'
import { readVectors } from '../../support/vectors.ts'

describe('the derivations of the seed', () => {
  it('have the same names in every store', () => {
    const names = ['one', 'two'].map((name) => {
      const root = mkdtempSync(join(tmpdir(), `strata-${name}-`))
      const store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
      try {
        return Object.values(seedDerivations(store)).map(({ path }) => path)
      } finally {
        store.close()
        removeTree(root)
      }
    })
    expect(names[0]).toEqual(names[1])
  })
})

const seeded = await seededStore()

describe.skipIf(seeded === undefined)('the items of the seed', () => {
  if (seeded === undefined) return
  const { store, seed } = seeded
  afterAll(() => store.close())

  it('have the names and contents recorded when they were tested', () => {
    const found = Object.fromEntries(
      Object.entries(seed).map(([name, made]) => [
        name,
        { path: outputPath(made), narHash: store.pathInfo(outputPath(made))?.hash },
      ]),
    )
    expect(found).toEqual(readVectors('seed.json'))
  })

  it('refer only to what they need', () => {
    const names = new Map(Object.entries(seed).map(([name, made]) => [outputPath(made), name]))
    const references = Object.fromEntries(
      Object.entries(seed).map(([name, made]) => [
        name,
        store.database
          .references(outputPath(made))
          .map((path) => names.get(path) ?? path)
          .filter((other) => other !== name)
          .sort(),
      ]),
    )
    expect(references).toEqual({
      glibc: [],
      gccLib: ['glibc'],
      gcc: ['gccLib', 'glibc'],
      binutils: ['gccLib', 'glibc'],
      tools: ['gccLib', 'glibc'],
      node: ['gccLib', 'glibc'],
      ldWrapper: ['binutils', 'tools'],
      sandbox: [],
    })
  })

  const compilers = [seed.gcc, seed.binutils, seed.glibc, seed.gccLib, seed.ldWrapper]
  const path = [seed.ldWrapper, seed.gcc, seed.binutils, seed.tools].map((made) => `${outputPath(made)}/bin`).join(':')

  async function logOf(name: string, script: string, environment: Record<string, string> = {}): Promise<string[]> {
    if (seeded === undefined) return []
    const made = seeded.shellBuild(name, `set -e\n${script}\ntouch $out`, {
      environment: { PATH: path, ...environment },
      inputs: [...compilers, seed.node],
    })
    const lines: string[] = []
    await realise(store, [made.path], {}, (event) => {
      if (event.kind === 'build-log') lines.push(event.line)
    })
    return lines
  }

  it('compile C programs that refer to the C library alone', async () => {
    const program = `#include <stdio.h>
#include <stdlib.h>
#include <math.h>
int main (int count, char **words) { printf ("%g\\\\n", sqrt (count + 3)); fflush (stdout); return system ("echo from a shell"); }`
    const lines = await logOf(
      'c-test',
      `echo '${program.replaceAll('\\\\n', '\\n')}' > t.c; gcc -O2 t.c -o t -lm; ./t; readelf -d t`,
    )
    expect(lines.slice(0, 2)).toEqual(['2', 'from a shell'])
    expect(lines.join('\n')).toContain(`Library runpath: [${outputPath(seed.glibc)}/lib]`)
  })

  it('compile C++ programs with exceptions and threads', async () => {
    const program = `#include <iostream>
#include <thread>
#include <stdexcept>
int main () { std::thread t ([] { try { throw std::runtime_error ("x"); } catch (std::exception &e) { std::cout << "caught " << e.what () << std::endl; } }); t.join (); }`
    const lines = await logOf('cxx-test', `echo '${program}' > t.cc; g++ -O2 t.cc -o t; ./t; readelf -d t`)
    expect(lines[0]).toBe('caught x')
    expect(lines.join('\n')).toContain(`${outputPath(seed.gccLib)}/lib]`)
  })

  it('link statically, as shared objects and at link time', async () => {
    const script = `echo 'int answer (void) { return 42; }' > a.c
echo 'int answer (void); int main (void) { return answer () - 42; }' > m.c
gcc -shared -fPIC a.c -o liba.so; gcc m.c -L. -la -Wl,-rpath,$PWD -o dynamic; ./dynamic
gcc -static m.c a.c -o static; ./static; gcc -flto -O2 m.c a.c -o lto; ./lto; echo done`
    expect((await logOf('link-test', script)).at(-1)).toBe('done')
  })

  it('have tools that find their shell and their files', async () => {
    const script = `printf 'all:\\n\\t@echo $(shell echo make)\\n' > Makefile; make
awk 'BEGIN { "echo awk" | getline x; print x }'
echo 'syscmd(echo m4)' | m4 | head -1
echo a | sed 's/a/echo sed/e'
file -b $0 | cut -d' ' -f1
x=$'\\u00e9'; echo \${#x}`
    const lines = await logOf('tools-test', script.replace('$0', `${outputPath(seed.tools)}/bin/sed`), {
      LOCPATH: `${outputPath(seed.glibc)}/lib/locale`,
      LC_ALL: 'C.UTF-8',
    })
    expect(lines.filter((line) => line !== '')).toEqual(['make', 'awk', 'm4', 'sed', 'ELF', '1'])
  })

  it('run Node under its own name', async () => {
    const node = `${outputPath(seed.node)}/bin/node`
    const program =
      "console.log(process.execPath, require('node:child_process').execFileSync(process.execPath, ['-p', '6 * 7']).toString().trim())"
    expect(await logOf('node-test', `${node} -e "${program}"`)).toEqual([`${node} 42`])
  })

  it.skipIf(!isInstalled('nix-hash'))('have the hash that other tools compute', () => {
    const item = outputPath(seed.gccLib)
    const hash = execFileSync('nix-hash', ['--type', 'sha256', store.physical(item)])
      .toString()
      .trim()
    expect(store.pathInfo(item)?.hash).toBe(`sha256:${hash}`)
  })

  it('keep the loader from the files of the host', () => {
    const loader = readFileSync(store.physical(`${outputPath(seed.glibc)}/lib/ld-linux-x86-64.so.2`))
    for (const text of ['/etc/ld.so.cache\0', '/etc/ld.so.preload\0', '/lib/x86_64-linux-gnu/\0'])
      expect(loader.includes(text)).toBe(false)
  })
})
