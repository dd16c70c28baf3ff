let region: HTMLElement | undefined;

/** The page's polite live region, made on first use. */
function liveRegion(): HTMLElement {
  if (region?.isConnected === true) return region;
  region = document.createElement('div');
  region.className = 'visually-hidden';
  region.id = 'announcer';
  region.setAttribute('role', 'status');
  region.setAttribute('aria-live', 'polite');
  region.setAttribute('aria-atomic', 'true');
  document.body.append(region);
  return region;
}

/** Says one sentence to a screen reader. The same sentence twice is said twice. */
export function announce(sentence: string): void {
  const element = liveRegion();
  // A trailing no-break space makes an equal text a change, which is what screen readers react to.
  element.textContent = element.textContent === sentence ? `${sentence}\u00a0` : sentence;
}

/** True when motion should be left out: VS Code's own setting or the system's. */
export function prefersStill(): boolean {
  return (
    document.body.classList.contains('vscode-reduce-motion') ||
    window.matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}
