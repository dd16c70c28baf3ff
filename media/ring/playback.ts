import { useEffect, useRef } from 'preact/hooks';

/** The longest time one frame may make up for: a hidden panel does not race when it comes back. */
const LONGEST_FRAME_MS = 100;

/**
 * Calls `step` with whole steps, `stepsPerSecond` on average, once a frame, until it answers false: the component is
 * drawn without `playing` only some frames later.
 */
export function usePlayback(
  playing: boolean,
  stepsPerSecond: number,
  step: (steps: number) => boolean,
): void {
  const latest = useRef(step);
  latest.current = step;
  useEffect(() => {
    if (!playing) return undefined;
    let frame = 0;
    let last = performance.now();
    let owed = 0;
    const draw = (now: number): void => {
      owed += (Math.min(LONGEST_FRAME_MS, now - last) * stepsPerSecond) / 1000;
      last = now;
      const whole = Math.floor(owed);
      owed -= whole;
      if (whole > 0 && !latest.current(whole)) return;
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [playing, stepsPerSecond]);
}
