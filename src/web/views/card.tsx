/** A figure with a link to its list. */
import type { Child } from "hono/jsx";

interface CardProps {
  readonly count: string;
  readonly href?: string | undefined;
  /** Whether to highlight the figure, since it needs attention. */
  readonly calls?: boolean;
  /** Whether its list is the one shown. */
  readonly current?: boolean;
  readonly children: Child;
}

/** Shows a figure with its label, as a link if `href` is given. */
export function Card({ count, href, calls, current, children }: CardProps) {
  const body = (
    <>
      <strong>{count}</strong>
      <span>{children}</span>
    </>
  );
  const look = `card${calls ? " calls" : ""}`;
  return href === undefined ? (
    <div class={look}>{body}</div>
  ) : (
    <a class={look} href={href} aria-current={current ? "true" : undefined}>
      {body}
    </a>
  );
}
