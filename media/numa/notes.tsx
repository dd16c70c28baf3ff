import type { JSX } from 'preact';
import type { HostView } from '#core/numa';

interface NotesProps {
  readonly view: HostView;
  /** A file that could not be opened. */
  readonly fault: string | undefined;
  readonly hasInputs: boolean;
}

/** What the inputs left open: missing facts with the command that tells them, and what could not be read. */
export function Notes({ view, fault, hasInputs }: NotesProps): JSX.Element | null {
  const missing = hasInputs ? view.missing : [];
  const problems = view.problems;
  if (fault === undefined && missing.length === 0 && problems.length === 0) return null;
  return (
    <div class="notes">
      {fault !== undefined && (
        <p class="notice error" role="alert">
          {fault}
        </p>
      )}
      {missing.length > 0 && (
        <p class="notice">
          {`Missing: ${missing.map((fact) => `${fact.what} (run ${fact.command})`).join('; ')}.`}
        </p>
      )}
      {problems.length > 0 && (
        <details class="notice">
          <summary>
            {problems.length === 1
              ? '1 note on the inputs'
              : `${problems.length} notes on the inputs`}
          </summary>
          <ul>
            {problems.map((problem, i) => (
              <li key={i}>
                {problem.source.line === undefined
                  ? problem.sentence
                  : `${problem.source.input}, line ${problem.source.line}: ${problem.sentence}`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
