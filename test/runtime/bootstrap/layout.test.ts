import { describe, expect, it } from 'vitest'
import { arMember } from '../../../runtime/bootstrap/ar.ts'
import { relocateSpecs } from '../../../runtime/bootstrap/gcc-specs.ts'
import { addPackage, type ItemTree, itemPath, removeLeavingLinks } from '../../../runtime/bootstrap/layout.ts'
import { relocateScripts, relocateTexts } from '../../../runtime/bootstrap/relocate.ts'
import type { TarEntry } from '../../../runtime/bootstrap/tar.ts'

function file(path: string, text: string, executable = false): TarEntry {
  return { kind: 'file', path, executable, contents: Buffer.from(text) }
}

function treeOf(...entries: TarEntry[]): ItemTree {
  const tree: ItemTree = new Map()
  addPackage(tree, entries)
  return tree
}

function textOf(tree: ItemTree, path: string): string {
  const node = tree.get(path)
  return node?.kind === 'file' ? Buffer.from(node.contents).toString() : ''
}

describe('itemPath', () => {
  it.each([
    ['usr/bin/gcc', 'bin/gcc'],
    ['sbin/ldconfig', 'bin/ldconfig'],
    ['lib/x86_64-linux-gnu/libc.so.6', 'lib/libc.so.6'],
    ['usr/lib/x86_64-linux-gnu/libc.so', 'lib/libc.so'],
    ['lib64/ld-linux-x86-64.so.2', 'lib/ld-linux-x86-64.so.2'],
    ['usr/include/x86_64-linux-gnu/bits/types.h', 'include/bits/types.h'],
    ['usr/include/x86_64-linux-gnu/c++/12/bits/c++config.h', 'include/x86_64-linux-gnu/c++/12/bits/c++config.h'],
    ['usr/lib/gcc/x86_64-linux-gnu/12/cc1', 'lib/gcc/x86_64-linux-gnu/12/cc1'],
    ['usr/share/awk/join.awk', 'share/awk/join.awk'],
    ['usr/share/doc/bash/copyright', undefined],
    ['etc/bash.bashrc', undefined],
    ['var/cache/ldconfig/aux', undefined],
  ])('%s is %s', (debian, item) => {
    expect(itemPath(debian)).toBe(item)
  })
})

describe('the tree of an item', () => {
  it('has relative links where Debian had absolute ones', () => {
    const tree = treeOf(file('lib/x86_64-linux-gnu/libm.so.6', 'm'), {
      kind: 'symlink',
      path: 'usr/lib/x86_64-linux-gnu/libm.so',
      target: '/lib/x86_64-linux-gnu/libm.so.6',
    })
    expect(tree.get('lib/libm.so')).toEqual({ kind: 'symlink', target: 'libm.so.6' })
  })

  it('has copies in place of hard links', () => {
    const tree = treeOf(file('bin/bunzip2', 'b', true), { kind: 'link', path: 'bin/bzcat', target: 'bin/bunzip2' })
    expect(tree.get('bin/bzcat')).toEqual(tree.get('bin/bunzip2'))
  })

  it('refuses two packages that disagree about a file', () => {
    const tree = treeOf(file('bin/x', 'one'))
    expect(() => addPackage(tree, [file('usr/bin/x', 'two')])).toThrow(/both have bin\/x/)
    expect(() => addPackage(tree, [file('usr/bin/x', 'one')])).not.toThrow()
  })

  it('loses links that lead out of it, and those that lead to them', () => {
    const tree = treeOf(
      file('lib/here', ''),
      { kind: 'symlink', path: 'lib/a', target: 'here' },
      { kind: 'symlink', path: 'lib/b', target: '../../elsewhere' },
      { kind: 'symlink', path: 'lib/c', target: 'b' },
    )
    expect(removeLeavingLinks(tree)).toEqual(['lib/b', 'lib/c'])
    expect([...tree.keys()].sort()).toEqual(['lib/a', 'lib/here'])
  })
})

describe('relocation of texts', () => {
  it('points scripts to the store and drops those of missing interpreters', () => {
    const tree = treeOf(
      file('bin/zgrep', '#!/bin/sh\nexec\n', true),
      file('bin/bug', '#! /bin/sh -\n', true),
      file('bin/perly', '#!/usr/bin/perl -w\n', true),
      file('bin/text', '#!/bin/sh\n'),
    )
    relocateScripts(tree, '/gnu/store/x-tools/bin/sh')
    expect(textOf(tree, 'bin/zgrep')).toBe('#!/gnu/store/x-tools/bin/sh\nexec\n')
    expect(textOf(tree, 'bin/bug')).toBe('#!/gnu/store/x-tools/bin/sh -\n')
    expect(tree.has('bin/perly')).toBe(false)
    expect(textOf(tree, 'bin/text')).toBe('#!/bin/sh\n')
  })

  it('refuses a script for an interpreter it does not know', () => {
    expect(() => relocateScripts(treeOf(file('bin/p', '#!/usr/bin/python3\n', true)), '/sh')).toThrow(/python3/)
  })

  it('points linker scripts to the item', () => {
    const tree = treeOf(
      file('usr/lib/x86_64-linux-gnu/libc.so', 'GROUP ( /lib/x86_64-linux-gnu/libc.so.6 AS_NEEDED ( /lib64/ld.so ) )'),
    )
    relocateTexts(tree, ['lib/libc.so'], '/gnu/store/x-glibc')
    expect(textOf(tree, 'lib/libc.so')).toBe(
      'GROUP ( /gnu/store/x-glibc/lib/libc.so.6 AS_NEEDED ( /gnu/store/x-glibc/lib/ld.so ) )',
    )
  })

  it('edits the specs of gcc by line and refuses others', () => {
    const loader = ':/lib64/ld-linux-x86-64.so.2'
    const specs = `*cpp:\nold\n\n*startfile_prefix_spec:\n\n\n*link:\na${loader} b${loader}\n`
    const edited = relocateSpecs(specs, '/g', '/l')
    expect(edited).toContain('*cpp:\nold -idirafter /g/include\n')
    expect(edited).toContain('*startfile_prefix_spec:\n/g/lib/\n')
    expect(edited).toMatch(/\*link:\na:\/g\/lib\/ld-linux-x86-64\.so\.2 b.* -L\/g\/lib -L\/l\/lib\n/)
    expect(() => relocateSpecs('*cpp:\n\n', '/g', '/l')).toThrow(/twice/)
  })
})

describe('arMember', () => {
  const header = (name: string, size: number): string =>
    `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(size).padEnd(10)}\`\n`

  it('finds members behind ones of odd size', () => {
    const archive = Buffer.from(`!<arch>\n${header('a/', 3)}abc\n${header('b', 2)}de`)
    expect(Buffer.from(arMember(archive, 'a')).toString()).toBe('abc')
    expect(Buffer.from(arMember(archive, 'b')).toString()).toBe('de')
    expect(() => arMember(archive, 'c')).toThrow(/only a, b/)
  })

  it('refuses what is no archive', () => {
    expect(() => arMember(Buffer.from('hello'), 'a')).toThrow(/not an ar archive/)
    expect(() => arMember(Buffer.from(`!<arch>\n${header('a', 999)}abc`), 'a')).toThrow(/bad member header/)
  })
})
