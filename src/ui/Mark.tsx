/** @file The mark: the tetractys, ten points in rows of one to four. Small without edges, large as the graph it is. */

type Point = { readonly x: number; readonly y: number };

/** Rows from the top; `dx`, `dy` between neighbours. */
function tetractys(top: Point, dx: number, dy: number): readonly (readonly Point[])[] {
  return [0, 1, 2, 3].map((row) =>
    Array.from({ length: row + 1 }, (_, i) => ({
      x: top.x + (i - row / 2) * dx,
      y: top.y + row * dy,
    })),
  );
}

const SMALL = tetractys({ x: 11, y: 2.4 }, 6, 5.2).flat();
const LARGE = tetractys({ x: 124, y: 22 }, 62, 54);

/** The mark beside the name. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 22 20" aria-hidden="true">
      {SMALL.map(({ x, y }, i) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r={i === 0 ? 2 : 1.75} {...topClass(i)} />
      ))}
    </svg>
  );
}

const topClass = (index: number) => (index === 0 ? { className: 'top' } : {});

/** Which way down from the top is lit: the index in its row, row by row. */
const PATH = [0, 0, 1, 1];

const EDGES = LARGE.slice(0, -1).flatMap((row, r) =>
  row.flatMap((to, i) =>
    [i, i + 1].map((j) => ({
      to,
      from: LARGE[r + 1]![j]!,
      isLit: PATH[r] === i && PATH[r + 1] === j,
    })),
  ),
);

/** The large drawing: the points as a graph that reduces to one. */
export function Tetractys() {
  return (
    <svg
      className="tetractys"
      viewBox="0 0 248 208"
      role="img"
      aria-label="The tetractys: ten points in four rows, joined as a graph that reduces to one"
    >
      {EDGES.map(({ from, to, isLit }) => (
        <path
          key={`${from.x} ${to.x} ${to.y}`}
          d={`M${from.x} ${from.y}L${to.x} ${to.y}`}
          {...(isLit && { className: 'hot' })}
        />
      ))}
      {LARGE.flat().map(({ x, y }, i) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r={i === 0 ? 8 : 7} {...topClass(i)} />
      ))}
    </svg>
  );
}
