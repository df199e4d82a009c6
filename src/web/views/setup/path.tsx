/** Draws the path through a service's menus as boxes in a row, the last one emphasized. */

interface PathProps {
  /** The text for screen readers. */
  readonly label: string;
  /** The names as the service shows them. */
  readonly places: readonly string[];
}

const WIDTH = 154;
const GAP = 28;
const HEIGHT = 40;

/** Draws the path. */
export function Path({ label, places }: PathProps) {
  const width = places.length * WIDTH + (places.length - 1) * GAP + 4;
  return (
    <p>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${width} ${HEIGHT + 4}`}
        width="100%"
        height={HEIGHT + 4}
        preserveAspectRatio="xMinYMid meet"
      >
        {places.map((place, at) => {
          const x = 2 + at * (WIDTH + GAP);
          const last = at === places.length - 1;
          return (
            <g>
              <rect
                x={x}
                y="2"
                width={WIDTH}
                height={HEIGHT}
                rx="8"
                fill="none"
                stroke="currentColor"
                stroke-width={last ? 2.5 : 1}
              />
              <text
                x={x + WIDTH / 2}
                y={HEIGHT / 2 + 7}
                text-anchor="middle"
                font-size="14"
                font-weight={last ? 600 : 400}
                fill="currentColor"
              >
                {place}
              </text>
              {!last && (
                <path
                  d={`M${x + WIDTH + 6} ${HEIGHT / 2 + 2}h14m-5 -5l5 5l-5 5`}
                  fill="none"
                  stroke="currentColor"
                  stroke-width="1.5"
                />
              )}
            </g>
          );
        })}
      </svg>
    </p>
  );
}
