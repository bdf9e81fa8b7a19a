"""Charts as SVG, drawn without a library. In: numbers. Out: the text of an .svg file.

`canvas` has the page, axes and their scale; `lines`, `bars`, `matrix` and `points` draw one kind each.
"""

from mlplat.charts.bars import bar_chart
from mlplat.charts.lines import Line, line_chart
from mlplat.charts.matrix import matrix_chart
from mlplat.charts.points import point_chart

__all__ = ["Line", "bar_chart", "line_chart", "matrix_chart", "point_chart"]
