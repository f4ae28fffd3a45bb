import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { cleanEnvironment, hermeticAdditions } from '../../../scripts/vscode/cleanEnvironment';
import { startCodeServer, type CodeServer } from '../../../scripts/vscode/codeServer';
import { fixtureExtension } from '../../../scripts/vscode/fixtureExtensions';
import { installCodeServer } from '../../../scripts/vscode/installCodeServer';
import { installVsix } from '../../../scripts/vscode/installVsix';
import { launchBrowser } from '../../../scripts/vscode/launchBrowser';
import { createProfile, installExtension, type Profile, type Settings } from '../../../scripts/vscode/profile';
import { projectRoot } from '../../../scripts/vscode/projectRoot';
import { copySampleWorkspace } from '../../../scripts/vscode/sampleWorkspace';
import { createScratch, type Scratch } from '../../../scripts/vscode/scratch';
import { HostDriverServer } from './hostDriver';
import { Window } from './window';

/** How a person's VS Code is set up before it starts. */
export interface EditorOptions {
  /** Not those of scope `machine`, such as `agentTeam.provider`: a served window keeps them elsewhere, and `configure` sets them. */
  readonly settings?: Settings;
  /** Added to the environment of the extension host, which otherwise knows no key and no model server. */
  readonly env?: Readonly<Record<string, string>>;
  /** False opens folders in restricted mode until the person trusts them. */
  readonly trustsWorkspaces?: boolean;
  /** Extensions of test/fixtures that are installed beside the product, by the name of their folder. */
  readonly fixtures?: readonly string[];
  /** Changes the copied workspace before a window opens it. */
  readonly prepareWorkspace?: (folder: string) => Promise<void>;
  /** A packaged extension to install in place of the one under development: windows are then what people get. */
  readonly vsix?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** The display language that extensions see; VS Code's own texts stay English, since no language pack is installed. */
  readonly language?: string;
}

/** One VS Code with a profile and a copy of the sample workspace of its own; any number of windows. */
export class Editor {
  private readonly opened: Window[] = [];

  private constructor(
    private readonly parts: {
      readonly scratch: Scratch;
      readonly hosts: HostDriverServer;
      readonly server: CodeServer;
      readonly browser: Browser;
      readonly context: BrowserContext;
      readonly isInstalled: boolean;
    },
    /** The copy of the sample workspace. */
    readonly workspace: string,
    private readonly profile: Profile,
  ) {}

  /** Starts server and browser; `stop` ends them. */
  static async start(options: EditorOptions = {}): Promise<Editor> {
    const scratch = await createScratch('e2e');
    const hosts = await HostDriverServer.listen();
    try {
      const workspace = path.join(scratch.folder, 'bookshop');
      await copySampleWorkspace(workspace);
      await options.prepareWorkspace?.(workspace);
      const profile = await createProfile(scratch.folder, options.settings);
      for (const name of ['driver', ...(options.fixtures ?? [])])
        await installExtension(profile, fixtureExtension(name));
      const home = path.join(scratch.folder, 'home');
      await mkdir(home);
      const vscode = await installCodeServer(console.log);
      const env = cleanEnvironment(process.env, {
        ...hermeticAdditions(home),
        AGENT_TEAM_TEST_DRIVER_PORT: String(hosts.port),
        ...options.env,
      });
      if (options.vsix !== undefined) await installVsix(options.vsix, { vscode, profile, env });
      const server = await startCodeServer({
        ...{ vscode, scratch, profile, env },
        trustsWorkspaces: options.trustsWorkspaces ?? true,
      });
      const browser = await launchBrowser(console.log);
      const context = await browser.newContext({ viewport: options.viewport ?? { width: 1280, height: 800 } });
      if (options.language !== undefined)
        await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(options.language)}`);
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
      const isInstalled = options.vsix !== undefined;
      return new Editor({ scratch, hosts, server, browser, context, isInstalled }, workspace, profile);
    } catch (error) {
      hosts.close();
      await scratch.dispose();
      throw error;
    }
  }

  /** Where extensions are installed. */
  get extensionsFolder(): string {
    return this.profile.extensionsDir;
  }

  /** Where the extension keeps its files. */
  get storageFolder(): string {
    return path.join(this.profile.userDataDir, 'User', 'globalStorage', 'agent-team.agent-team');
  }

  /** The windows that are open, oldest first. */
  get windows(): readonly Window[] {
    return this.opened.filter((window) => !window.page.isClosed());
  }

  /** Opens a further window, by default on the workspace, and waits until it can be used. */
  async open(workspace = this.workspace): Promise<Window> {
    try {
      return await this.load(workspace);
    } catch (error) {
      // Mostly opened in a hook, which is not tried again when it fails.
      console.error(error);
      return this.load(workspace);
    }
  }

  private async load(workspace: string): Promise<Window> {
    const { context, server, hosts, isInstalled } = this.parts;
    const page = await context.newPage();
    const window = new Window(page, hosts);
    this.opened.push(window);
    try {
      await window.load(server.windowUrl({ workspace, ...(!isInstalled && { developmentPath: projectRoot }) }));
      return window;
    } catch (error) {
      // Nobody takes what is half there for a window.
      await page.close();
      throw error;
    }
  }

  /** The first window; opens it where there is none. */
  async window(): Promise<Window> {
    return this.windows[0] ?? this.open();
  }

  /** Changes user settings (`null`: back to the default) and waits until the extension host knows them. */
  async configure(settings: Settings): Promise<void> {
    // Through VS Code, not the file: the served VS Code misses changes of the file now and then.
    await (await this.window()).host.configure(settings);
  }

  async stop(): Promise<void> {
    this.parts.hosts.close();
    await this.parts.browser.close();
    await this.parts.scratch.dispose();
  }
}
