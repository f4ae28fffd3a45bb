// Installed dependencies in a scratch copy: linked, since they are large and no edit concerns them. Packages of the workspace
// itself that package managers link there must lead to the copy, or the tests would run on the files without the edits.
import { lstat, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

export interface LinkPlace {
  /** The workspace folder, links resolved. */
  source: string;
  /** Its copy. */
  target: string;
}

/** Links the dependency folder at `path` into the copy unless something is there already. */
export async function linkDependencies(place: LinkPlace, path: string): Promise<void> {
  const from = join(place.source, path);
  const to = join(place.target, path);
  if (await exists(to)) return;
  await mkdir(dirname(to), { recursive: true });
  const own = await ownPackages(place, from);
  if (own.size === 0) return link(from, to);
  await mkdir(to);
  for (const name of await readdir(from)) {
    const isScope = name.startsWith('@') && [...own.keys()].some((key) => key.startsWith(`${name}/`));
    if (!isScope) {
      await link(own.get(name) ?? join(from, name), join(to, name));
      continue;
    }
    await mkdir(join(to, name));
    for (const inner of await readdir(join(from, name))) {
      await link(own.get(`${name}/${inner}`) ?? join(from, name, inner), join(to, name, inner));
    }
  }
}

/** Links the nearest `node_modules` above the workspace folder beside the copy, where programs look for it. */
export async function linkDependenciesAbove(place: LinkPlace): Promise<void> {
  const to = join(dirname(place.target), 'node_modules');
  if (await exists(to)) return;
  for (let folder = dirname(place.source); folder !== dirname(folder); folder = dirname(folder)) {
    if (await exists(join(folder, 'node_modules'))) return link(join(folder, 'node_modules'), to);
  }
}

/** Where in the copy each package of the workspace is that `modules` links to, by its name. */
async function ownPackages({ source, target }: LinkPlace, modules: string): Promise<Map<string, string>> {
  const own = new Map<string, string>();
  for (const entry of await readdir(modules, { withFileTypes: true })) {
    const names = entry.name.startsWith('@') && entry.isDirectory() ? await scoped(modules, entry.name) : [entry.name];
    for (const name of names) {
      const real = await linkTarget(join(modules, name));
      if (real === undefined) continue;
      const below = relative(source, real);
      const isInside = below !== '' && !below.startsWith('..') && !isAbsolute(below);
      if (isInside && !below.split(sep).includes('node_modules')) own.set(name, join(target, below));
    }
  }
  return own;
}

async function scoped(modules: string, scope: string): Promise<string[]> {
  return (await readdir(join(modules, scope))).map((name) => `${scope}/${name}`);
}

/** Undefined for what is no link, or leads nowhere. */
async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await realpath(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Copies a symbolic link of the workspace; one that leads to a place in the workspace leads to the same place in the copy. */
export async function copyLink({ source, target }: LinkPlace, path: string): Promise<void> {
  const text = await readlink(join(source, path));
  const to = join(target, path);
  await mkdir(dirname(to), { recursive: true });
  const leadsTo = resolve(dirname(join(source, path)), text);
  const below = relative(source, leadsTo);
  const isInside = !below.startsWith('..') && !isAbsolute(below);
  // What leads out of the folder must not depend on where the copy lies.
  await link(isInside ? relative(dirname(to), join(target, below)) || '.' : leadsTo, to);
}

/** Junctions need no special right on Windows; elsewhere the kind says nothing. */
async function link(from: string, to: string): Promise<void> {
  await symlink(from, to, 'junction');
}

export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
