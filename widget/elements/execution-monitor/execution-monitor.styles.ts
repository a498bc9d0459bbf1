import { css } from 'lit';

export const styles = css`
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 12px;
    align-items: center;
    margin-block-end: 10px;
  }
  .bar > :last-child {
    margin-inline-start: auto;
  }
  h2 {
    margin: 0;
    font-size: 1.05em;
  }
  h3 {
    margin: 16px 0 4px;
    font-size: 0.9em;
    color: var(--_quiet);
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .choose {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    width: 100%;
    padding: 9px 10px;
    border: 0;
    border-block-end: 1px solid var(--_line);
    background: none;
    text-align: start;
    cursor: pointer;
  }
  .choose:hover {
    background: var(--_sunken);
  }
  .state {
    font-weight: 600;
  }
  .state[data-state='succeeded'] {
    color: var(--_good);
  }
  .state[data-state='failed'],
  .state[data-state='timed_out'],
  .state[data-state='errored'] {
    color: var(--_bad);
  }
  .action {
    border: 1px solid var(--_line);
    border-radius: 6px;
    background: var(--_surface);
    padding: 3px 12px;
    cursor: pointer;
  }
  progress {
    width: 100%;
    height: 8px;
    accent-color: var(--_accent);
  }
  .log,
  pre {
    max-height: 320px;
    margin: 0;
    padding: 10px 12px;
    overflow: auto;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_sunken);
    font:
      13px/1.5 ui-monospace,
      SFMono-Regular,
      Menlo,
      Consolas,
      monospace;
    overflow-wrap: anywhere;
  }
  .line,
  pre {
    white-space: pre-wrap;
  }
  .line[data-level='warn'] {
    font-style: italic;
  }
  .line[data-level='error'] {
    color: var(--_bad);
  }
`;
