import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';

/** VS Code's folders for one isolated user. */
export interface Profile {
  readonly userDataDir: string;
  readonly extensionsDir: string;
  readonly serverDataDir: string;
}

/** User settings by their full id. */
export type Settings = Readonly<Record<string, unknown>>;

/** Settings that keep an editor quiet and the same everywhere: no network of its own, no welcome, saving as on the desktop. */
export const quietSettings: Settings = {
  'files.autoSave': 'off',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  'typescript.disableAutomaticTypeAcquisition': true,
  // Else the browser's preference would win over `workbench.colorTheme`.
  'window.autoDetectColorScheme': false,
  'window.autoDetectHighContrast': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** Makes the folders of a profile below `folder`, with `settings` on top of the quiet ones as its user settings. */
export async function createProfile(folder: string, settings: Settings = {}): Promise<Profile> {
  const profile: Profile = {
    userDataDir: path.join(folder, 'user-data'),
    extensionsDir: path.join(folder, 'extensions'),
    serverDataDir: path.join(folder, 'server-data'),
  };
  await mkdir(profile.extensionsDir, { recursive: true });
  await mkdir(profile.serverDataDir, { recursive: true });
  const file = path.join(profile.userDataDir, 'User', 'settings.json');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...quietSettings, ...settings }, undefined, 2)}\n`);
  return profile;
}

const manifestSchema = z.object({ publisher: z.string(), name: z.string(), version: z.string() });

/** Installs an extension by copying its folder, before VS Code starts with this profile for the first time. */
export async function installExtension(
  { extensionsDir }: Pick<Profile, 'extensionsDir'>,
  folder: string,
): Promise<void> {
  const text = await readFile(path.join(folder, 'package.json'), 'utf8');
  const { publisher, name, version } = manifestSchema.parse(JSON.parse(text));
  await cp(folder, path.join(extensionsDir, `${publisher}.${name}-${version}`), { recursive: true });
}
