/** Tabs by kind on all pages about what needs a person. */
import type { TextWith } from "../../i18n/texts.ts";
import type { View } from "./layout.tsx";

const TABS: readonly (readonly [href: string, key: TextWith])[] = [
  ["/review", "todo.deletions"],
  ["/conflicts", "todo.conflicts"],
  ["/contacts?state=failing", "todo.failing"],
];

/** Shows the tabs. */
export function TodoTabs({ view }: { readonly view: View }) {
  const { t, path } = view;
  return (
    <nav aria-label={t("todo.tabs")}>
      <ul class="sub">
        {TABS.map(([href, key]) => (
          <li>
            <a href={view.base + href} aria-current={href === path ? "page" : undefined}>
              {t(key)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
