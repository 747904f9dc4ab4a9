/** Variables that the launcher (`strata` beside this file) sets for the process that it starts, and for that alone. */
export function forgetLauncherEnvironment(): void {
  delete process.env.NODE_COMPILE_CACHE
  if (process.env.GLIBC_TUNABLES === 'glibc.malloc.hugetlb=1') delete process.env.GLIBC_TUNABLES
}
