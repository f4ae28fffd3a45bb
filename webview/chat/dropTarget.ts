// Files dragged over the page. VS Code takes drags for itself unless Shift is held, and then the page hears nothing more: so say it at the first sign.
import type { ChatStringKey } from '../../src/protocol/chat/chatStrings';
import { droppedUris, isImageType } from './droppedFiles';

export interface DropTargetOptions {
  show: (hint: ChatStringKey | undefined) => void;
  uris: (uris: string[]) => void;
  image: (file: File) => void;
}

/** How long the hint stays when the drag is taken away from the page without a further event. */
const HINT_MS = 4000;

export class DropTarget {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: DropTargetOptions) {}

  listen(target: Document): void {
    target.addEventListener('dragenter', (event) => this.dragged(event));
    target.addEventListener('dragover', (event) => this.dragged(event));
    target.addEventListener('dragleave', (event) => {
      if (!event.relatedTarget) this.hint(undefined);
    });
    target.addEventListener('drop', (event) => this.dropped(event));
    // The pointer is back without a drop.
    target.addEventListener('pointermove', () => this.hint(undefined));
  }

  private dragged(event: DragEvent): void {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    this.hint(event.shiftKey ? 'dropHere' : 'holdShift');
  }

  private dropped(event: DragEvent): void {
    const transfer = event.dataTransfer;
    this.hint(undefined);
    if (!transfer || !carriesFiles(transfer)) return;
    event.preventDefault();
    const images = [...transfer.files].filter((file) => isImageType(file.type));
    const uris = droppedUris((format) => transfer.getData(format)).slice(0, 100);
    if (uris.length > 0) this.options.uris(uris);
    else for (const image of images) this.options.image(image);
  }

  private hint(key: ChatStringKey | undefined): void {
    clearTimeout(this.timer);
    this.options.show(key);
    if (key) this.timer = setTimeout(() => this.options.show(undefined), HINT_MS);
  }
}

function carriesFiles(transfer: DataTransfer | null): boolean {
  const types = (transfer?.types ?? []).map((type) => type.toLowerCase());
  return types.some((type) =>
    ['files', 'text/uri-list', 'application/vnd.code.uri-list', 'codefiles', 'resourceurls'].includes(type),
  );
}
