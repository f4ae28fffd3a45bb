import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

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
  await writeSettings(profile, { ...quietSettings, ...settings });
  return profile;
}

/** Replaces the user settings; a running window takes them over at once. */
export async function writeSettings(profile: Pick<Profile, 'userDataDir'>, settings: Settings): Promise<void> {
  await mkdir(path.dirname(settingsFile(profile)), { recursive: true });
  await writeFile(settingsFile(profile), `${JSON.stringify(settings, undefined, 2)}\n`);
}

/** The user settings as they are on disk; `{}` where there are none yet. */
export async function readSettings(profile: Pick<Profile, 'userDataDir'>): Promise<Settings> {
  const text = await readFile(settingsFile(profile), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Settings;
}

function settingsFile({ userDataDir }: Pick<Profile, 'userDataDir'>): string {
  return path.join(userDataDir, 'User', 'settings.json');
}
