/** A figure that leads somewhere. */
import type { Child } from "hono/jsx";

interface CardProps {
  readonly count: string;
  readonly href?: string | undefined;
  /** Somebody should look. */
  readonly calls?: boolean;
  /** The list that it leads to is the one shown. */
  readonly current?: boolean;
  readonly children: Child;
}

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
