"""The charts of pages and reports: functions from values and finished texts to SVG.

A chart places values and prints texts; it never turns a value into a text. Every tick, label and end text comes in as
the caller wants it read, so that each printed number can be followed to a figure of the ledger.

Every chart takes `chart_id` (unique on its page), `title` (what is to be seen), `description` (the same in words, for
those who do not see it), a `palette` and a `width`: WIDTH for paper and wide screens, NARROW for a phone, in user units
in which the text is 11 and 12 high. Meaning rests on labels, line weight, dashes and place; colour repeats it.
"""

from collections.abc import Mapping, Sequence

from claims.svg import Drawing, Number, Palette, Scale, scale_over, text_width, wrap
from reports.chart_parts import (
    LABEL,
    LEADING,
    MOST_LINES,
    NARROW,
    SMALL,
    STACKED,
    WIDTH,
    CostLine,
    Crossing,
    End,
    Line,
    Opinion,
    Position,
    Range,
    Tick,
    brackets,
    client_line,
    crossing_mark,
    dashes,
    end_labels,
    end_room,
    foot_text,
    grid,
    labels_height,
    notes,
    range_bar,
    range_texts,
    stroke,
    tick_room,
    verdict,
    verdict_mark,
)

__all__ = [
    "NARROW",
    "WIDTH",
    "CostLine",
    "Crossing",
    "Line",
    "Opinion",
    "Palette",
    "Position",
    "Range",
    "Tick",
    "agreement",
    "bar",
    "break_even",
    "cost_over_time",
    "ranges",
]

PLAIN = Palette()


def cost_over_time(  # noqa: PLR0913 – keyword-only, each a part of the picture
    *,
    chart_id: str,
    title: str,
    description: str,
    series: Sequence[Line],
    x_ticks: Sequence[Tick],
    y_ticks: Sequence[Tick],
    note: str = "",
    width: float = WIDTH,
    palette: Palette = PLAIN,
) -> str:
    """Cost by month as lines with bands from low to high, each named at its end. `note` is printed under the axis."""
    drawing = Drawing(chart_id=chart_id, title=title, description=description, width=width, palette=palette)
    months = [month for line in series for month, *_ in line.values] + [month for month, _ in x_ticks]
    costs = [cost for line in series for _, *bounds in line.values for cost in bounds] + [cost for cost, _ in y_ticks]
    costs += [cost for line in series for cost in line.spread or ()]
    names = [(line.label, line.label_text) for line in series]
    left, right = tick_room(y_ticks), end_room(names, width=width)
    top = 12.0
    bottom = max(290.0, top + labels_height(names, room=width - right - 12))
    x = scale_over(months, start=left, stop=right)
    y = scale_over(costs, start=bottom, stop=top)
    grid(drawing, x, y, x_ticks, y_ticks)

    styles = dashes([line.emphasis for line in series])
    in_order = sorted(zip(series, styles, strict=True), key=lambda pair: pair[0].emphasis)
    for line, _ in in_order:
        band = [(x(m), y(low), y(high)) for m, low, _, high in line.values if low is not None and high is not None]
        if len(band) > 1:
            outline = [(at, upper) for at, _, upper in band] + [(at, lower) for at, lower, _ in reversed(band)]
            colour = palette.accent if line.emphasis else palette.ink
            drawing.area(outline, colour=colour, strength=0.16 if line.emphasis else 0.055)
    ends = []
    for line, dash in in_order:
        points = [(x(month), y(likely)) for month, _, likely, _ in line.values if likely is not None]
        if len(points) > 1:
            stroke(drawing, points, emphasis=line.emphasis, dash=dash)
            ends.append(End(*points[-1], line.label, line.label_text, line.emphasis))
    spreads = [(y(line.spread[1]), y(line.spread[0]), line.emphasis) for line, _ in in_order if line.spread]
    brackets(drawing, spreads, right=right)
    end_labels(drawing, ends, right=right, top=top, bottom=bottom)
    return drawing.render(bottom + 26 + notes(drawing, note, x=0, y=bottom + 36))


def ranges(  # noqa: PLR0913 – keyword-only, each a part of the picture
    *,
    chart_id: str,
    title: str,
    description: str,
    rows: Sequence[Range],
    ticks: Sequence[Tick],
    log: bool = False,
    client: Position | None = None,
    scale_note: str = "",
    width: float = WIDTH,
    palette: Palette = PLAIN,
) -> str:
    """Claimed ranges side by side on one scale; an open end is an arrow, a single value a dot, the client a line.

    Where `log`, say so: `scale_note` is printed under the axis ("log scale").
    """
    drawing = Drawing(chart_id=chart_id, title=title, description=description, width=width, palette=palette)
    stacked = width < STACKED
    aside = max([min(text_width(row.text, LABEL), width * 0.24) for row in rows] + [0.0])
    named = [text_width(row.label + row.marker, LABEL) for row in rows]
    room = min(max([*named, *(text_width(row.note, SMALL) for row in rows), 60.0]) + 14, 190.0)
    if stacked:
        room, left, right = width - aside - 16, 14.0, width - 26
    else:
        left, right = room + 20, width - aside - 30
    values = [v for row in rows for v in (row.low, row.likely, row.high)] + [value for value, _ in ticks]
    x = scale_over([*values, client.value if client else None], start=left, stop=right, log=log)

    head = 30.0 if client else 8.0
    texts = [range_texts(row, room=room - 14, aside=aside) for row in rows]
    heights = [text.height + (28 if stacked else 12) for text in texts]
    bottom = head + sum(heights)
    for value, tick in ticks:
        drawing.line(x(value), head, x(value), bottom + 2, colour=palette.hairline)
        foot_text(drawing, tick, x(value), bottom + 17)
    if client:
        client_line(drawing, client, x, top=head - 6, bottom=bottom + 2)
    y = head
    for row, text, height in zip(rows, texts, heights, strict=True):
        if stacked:
            # words over the bar, on paper of their own: the grid would cross them
            drawing.rectangle(0, y, width, text.height + 5, colour=palette.paper)
        text.draw(drawing, row, y + 2 if stacked else y + (height - text.height) / 2)
        range_bar(drawing, row, x, y + text.height + 13 if stacked else y + height / 2, thickness=9)
        y += height
    drawing.text(left, bottom + 34, scale_note, size=SMALL, colour=palette.muted)
    return drawing.render(bottom + (42 if scale_note else 24))


def break_even(  # noqa: PLR0913 – keyword-only, each a part of the picture
    *,
    chart_id: str,
    title: str,
    description: str,
    lines: Sequence[CostLine],
    x_ticks: Sequence[Tick],
    y_ticks: Sequence[Tick],
    crossing: Crossing | None = None,
    client: Position | None = None,
    x_label: str = "",
    log_x: bool = False,
    log_y: bool = False,
    width: float = WIDTH,
    palette: Palette = PLAIN,
) -> str:
    """Cost of two options against volume, the crossing marked, the client's volume as a line."""
    drawing = Drawing(chart_id=chart_id, title=title, description=description, width=width, palette=palette)
    top, bottom = 34.0 if client else 14.0, 282.0
    left = tick_room(y_ticks)
    right = end_room([(line.label, line.label_text) for line in lines], width=width)
    volumes = [volume for line in lines for volume, _ in line.points] + [volume for volume, _ in x_ticks]
    costs = [cost for line in lines for _, cost in line.points] + [cost for cost, _ in y_ticks]
    x = scale_over([*volumes, client.value if client else None], start=left, stop=right, log=log_x)
    y = scale_over(costs, start=bottom, stop=top, log=log_y)
    grid(drawing, x, y, x_ticks, y_ticks)
    if client:
        client_line(drawing, client, x, top=top - 8, bottom=bottom)
    ends = []
    for line, dash in zip(lines, dashes([line.emphasis for line in lines]), strict=True):
        points = [(x(volume), y(cost)) for volume, cost in line.points]
        stroke(drawing, points, emphasis=line.emphasis, dash=dash)
        ends.append(End(*points[-1], line.label, line.label_text, line.emphasis))
    if crossing:
        crossing_mark(drawing, crossing, x, y, avoid=client)
    end_labels(drawing, ends, right=right, top=top, bottom=bottom)
    drawing.text((left + right) / 2, bottom + 36, x_label, size=SMALL, colour=palette.muted, anchor="middle")
    return drawing.render(bottom + (44 if x_label else 26))


def agreement(  # noqa: PLR0913 – keyword-only, each a part of the picture
    *,
    chart_id: str,
    title: str,
    description: str,
    rows: Sequence[Opinion],
    columns: Sequence[tuple[str, str]],
    chosen: str = "",
    chosen_note: str = "",
    key: Mapping[str, str] | None = None,
    width: float = WIDTH,
    palette: Palette = PLAIN,
) -> str:
    """Frameworks against options: a full dot where one points, a ring for "on conditions", a cross for "rejected".

    Options run down, since there may be nine of them, and frameworks (`rows`) across. `columns`: (code, text) of the
    options. `chosen`: the code of the recommended one, which is set off and says `chosen_note`. `key`: the words for the
    marks in use, by "chosen", "conditional", "rejected"; printed under the chart.
    """
    drawing = Drawing(chart_id=chart_id, title=title, description=description, width=width, palette=palette)
    stacked = width < STACKED
    room = 0.0 if stacked else width * 0.31
    step = (width - room) / max(len(rows), 1)
    heads = [wrap(row.framework, size=SMALL, width=step - 14, lines=MOST_LINES) for row in rows]
    remarks = [wrap(row.note, size=SMALL, width=step - 10, lines=MOST_LINES) if row.note else [] for row in rows]
    centres = [room + step * (i + 0.5) for i in range(len(rows))]
    top = max([len(lines) + len(remark) for lines, remark in zip(heads, remarks, strict=True)] + [1]) * LEADING + 10
    for row, lines, remark, centre in zip(rows, heads, remarks, centres, strict=True):
        y = top - 10 - (len(lines) + len(remark) - 1) * LEADING
        for i, text in enumerate(lines, start=1):
            mark = row.marker if i == len(lines) else ""
            drawing.text(centre, y, text, size=SMALL, weight=600, anchor="middle", mark=mark)
            y += LEADING
        for text in remark:
            drawing.text(centre, y, text, size=SMALL, colour=palette.muted, anchor="middle")
            y += LEADING
    drawing.line(0, top, width, top, colour=palette.ink)
    y = top
    for code, text in columns:
        lines, set_off = wrap(text, size=LABEL, width=(room or width) - 16), code == chosen
        quiet = wrap(chosen_note, size=SMALL, width=(room or width) - 16) if set_off and chosen_note else []
        height = (len(lines) + len(quiet)) * LEADING + (32 if stacked else 13)
        if set_off:
            drawing.rectangle(0, y, width, height, colour=palette.accent, strength=0.08)
            drawing.rectangle(0, y, 3, height, colour=palette.accent)
        for i, line in enumerate(lines):
            weight, colour = (600, palette.accent) if set_off else (400, palette.ink)
            drawing.text(10, y + 17 + i * LEADING, line, weight=weight, colour=colour)
        for i, line in enumerate(quiet, start=len(lines)):
            drawing.text(10, y + 17 + i * LEADING, line, size=SMALL, colour=palette.muted)
        for row, centre in zip(rows, centres, strict=True):
            verdict(drawing, row, code, centre, y + height - 14 if stacked else y + height / 2, accent=set_off)
        y += height
        drawing.line(0, y, width, y, colour=palette.hairline)
    x = 6.0
    for kind, words in (key or {}).items():
        verdict_mark(drawing, kind, x, y + 18)
        drawing.text(x + 12, y + 22, words, size=SMALL, colour=palette.muted)
        x += 40 + text_width(words, SMALL)
    return drawing.render(y + (30 if key else 2))


def bar(  # noqa: PLR0913 – keyword-only, each a part of the picture
    *,
    chart_id: str,
    title: str,
    description: str,
    value: Number | None,
    low: Number | None,
    high: Number | None,
    scale: tuple[Number, Number],
    log: bool = True,
    low_open: bool = False,
    high_open: bool = False,
    emphasis: bool = False,
    palette: Palette = PLAIN,
) -> str:
    """A value for a line of a list, on the scale that all lines share: `scale` is its two ends."""
    drawing = Drawing(chart_id=chart_id, title=title, description=description, width=120, palette=palette)
    x = Scale(float(scale[0]), float(scale[1]), 4, 116, log)
    drawing.line(4, 7, 116, 7, colour=palette.hairline)
    row = Range(label="", low=low, likely=value, high=high, low_open=low_open, high_open=high_open, emphasis=emphasis)
    range_bar(drawing, row, x, 7, thickness=6)
    return drawing.render(14)
