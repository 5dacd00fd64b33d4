/// The page's style sheet. The heat colours are computed by the browser from each token's level, by `HeatScale`'s numbers.
package enum HTMLStyle {
  /// The sheet of a page with so many views.
  package static func sheet(viewCount: Int) -> String {
    let modes = """
      :root { \(colors(.light)) }
      @media (prefers-color-scheme: dark) { :root { \(colors(.dark)) } }
      """
    let views = (1..<max(1, viewCount)).map { "body:has(#view-\($0):checked) .t { --l: var(--v\($0), 0); }" }
    return ([modes, layout] + views).joined(separator: "\n")
  }

  /// Text and surface colours of a mode, as OKLCH lightness, chroma and hue.
  static func surfaces(_ mode: HeatScale.Mode) -> [(name: String, lightness: Double, chroma: Double, hue: Double)] {
    mode == .light
      ? [("page", 0.985, 0.006, 80), ("ink", 0.22, 0.01, 60), ("soft", 0.5, 0.012, 60), ("line", 0.88, 0.01, 70)]
      : [("page", 0.21, 0.008, 60), ("ink", 0.95, 0.008, 80), ("soft", 0.7, 0.012, 70), ("line", 0.36, 0.01, 60)]
  }

  private static func colors(_ mode: HeatScale.Mode) -> String {
    let plain = surfaces(mode).map { "--\($0.name): oklch(\($0.lightness) \($0.chroma) \($0.hue));" }
    return (plain + [ramp("p", .prompt, mode), ramp("g", .generation, mode)]).joined(separator: " ")
  }

  /// A scale's ends: lightness and chroma at level 0, and what a level of 1 adds to them.
  private static func ramp(_ name: String, _ scale: HeatScale, _ mode: HeatScale.Mode) -> String {
    let (none, full) = scale.ends(mode)
    let lightness = NumberText.fixed(full.lightness - none.lightness, 4)
    let chroma = NumberText.fixed(full.chroma - none.chroma, 4)
    return "--\(name)-l0: \(none.lightness); --\(name)-dl: \(lightness); --\(name)-c0: \(none.chroma); "
      + "--\(name)-dc: \(chroma); --\(name)-h: \(scale.hue);"
  }

  private static let layout = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, "Segoe UI", Roboto, \
    "Noto Sans", sans-serif; --l0: var(--p-l0); --dl: var(--p-dl); --c0: var(--p-c0); --dc: var(--p-dc); --h: var(--p-h); }
    .generation { --l0: var(--g-l0); --dl: var(--g-dl); --c0: var(--g-c0); --dc: var(--g-dc); --h: var(--g-h); }
    main, footer { max-width: 52rem; margin: 0 auto; padding: 0 1.25rem; }
    header { padding: 2.5rem 0 0; }
    h1, h2, blockquote { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, \
    "DejaVu Serif", serif; text-wrap: balance; }
    h1 { font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.15; font-weight: 600; letter-spacing: -.01em; margin: .3rem 0 1rem; }
    h2 { font-size: 1.2rem; font-weight: 600; margin: 0; }
    .kicker { margin: 0; font-size: .8rem; font-weight: 600; letter-spacing: .04em; }
    .kicker span { color: var(--soft); font-weight: 400; margin-left: .5em; }
    blockquote { margin: 0; padding-left: 1rem; border-left: 3px solid oklch(.65 .16 48); font-size: 1.15rem; \
    overflow-wrap: anywhere; text-wrap: pretty; unicode-bidi: plaintext; }
    .lede, .note { color: var(--soft); max-width: 40rem; }
    .note { font-size: .875rem; margin: .6rem 0 0; }
    .note strong { color: var(--ink); font-weight: 600; white-space: nowrap; }
    section { margin: 2.25rem 0; }
    .bar { display: flex; flex-wrap: wrap; gap: .5rem 2rem; justify-content: space-between; align-items: end; }
    .scale { width: 17rem; max-width: 100%; font-size: .7rem; color: var(--soft); }
    .ramp { height: .55rem; border-radius: 2px; outline: 1px solid var(--line); background: linear-gradient(to right in oklab, \
    oklch(var(--l0) var(--c0) var(--h)), oklch(calc(var(--l0) + var(--dl)) calc(var(--c0) + var(--dc)) var(--h))); }
    .ramp.both { background: linear-gradient(to right in oklab, \
    oklch(calc(var(--g-l0) + var(--g-dl)) calc(var(--g-c0) + var(--g-dc)) var(--g-h)), var(--page), \
    oklch(calc(var(--l0) + var(--dl)) calc(var(--c0) + var(--dc)) var(--h))); }
    .ticks { display: flex; justify-content: space-between; margin-top: .2rem; font-variant-numeric: tabular-nums; }
    .views { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; \
    padding: .5rem 0 0; border: 0; border-bottom: 1px solid var(--line); background: var(--page); }
    .views legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .views input { position: absolute; opacity: 0; }
    .views span { display: block; padding: .3rem 0 .45rem; border-bottom: 3px solid transparent; cursor: pointer; font-weight: 600; }
    .views small { color: var(--soft); font-weight: 400; font-size: .8rem; }
    .views input:checked + span { border-bottom-color: oklch(.65 .16 48); }
    .views input:focus-visible + span { outline: 2px solid currentColor; outline-offset: 1px; }
    .tokens { margin-top: .9rem; font: .95rem/1.85 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; \
    white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; unicode-bidi: plaintext; }
    .tokens span { border-radius: 2px; padding-block: .18em; }
    .t { --l: var(--v0, 0); --for: max(0, var(--l)); --against: max(0, -1 * var(--l)); \
    background: oklch(calc(var(--l0) + var(--dl) * var(--for) + var(--g-dl) * var(--against)) \
    calc(var(--c0) + var(--dc) * var(--for) + var(--g-dc) * var(--against)) \
    calc(var(--g-h) + (var(--h) - var(--g-h)) * min(1, var(--for) * 1000)) \
    / min(1, (var(--for) + var(--against)) * 1000)); }
    .tokens span:hover, .tokens span:focus { outline: 1.5px solid currentColor; }
    .x { color: var(--soft); }
    .out { text-decoration: underline 2px; text-underline-offset: .3em; text-decoration-skip-ink: none; }
    .why { text-decoration: underline dotted 2px; text-underline-offset: .3em; text-decoration-skip-ink: none; }
    .out.why { text-decoration: underline double 2px; }
    .nl::before { content: "\\21B5"; color: var(--soft); font-style: normal; }
    .esc { color: var(--soft); font-style: normal; font-size: .8em; }
    .t .nl::before, .t .esc { color: inherit; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; margin-top: .6rem; font-size: .9rem; font-variant-numeric: tabular-nums; width: 100%; }
    th { font-weight: 400; color: var(--soft); font-size: .8rem; }
    th, td { padding: .22rem 1rem .22rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: baseline; }
    th:first-child, td:first-child { width: 2.5rem; }
    .word { text-align: left; font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; \
    white-space: pre-wrap; overflow-wrap: anywhere; }
    .graph { width: 35%; padding-right: 0; }
    .graph div { height: .7rem; border-radius: 0 2px 2px 0; background: oklch(.65 .16 48); }
    .graph .against { background: oklch(.65 .13 250); }
    footer { border-top: 1px solid var(--line); margin-top: 3rem; padding-top: 1.25rem; padding-bottom: 4rem; font-size: .85rem; }
    dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .8rem 2rem; margin: 0; }
    dt { color: var(--soft); }
    dd { margin: 0; overflow-wrap: anywhere; }
    #readout { position: fixed; left: 50%; bottom: 1rem; translate: -50% 0; max-width: calc(100vw - 2rem); width: max-content; \
    padding: .45rem .8rem; border-radius: 6px; background: var(--ink); color: var(--page); font-size: .85rem; \
    font-variant-numeric: tabular-nums; overflow-wrap: anywhere; visibility: hidden; }
    #readout.shown { visibility: visible; }
    #readout bdi { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-weight: 600; \
    white-space: pre-wrap; margin-right: .5em; }
    @media (max-width: 30rem) { header { padding-top: 1.75rem; } .views { flex-wrap: nowrap; overflow-x: auto; } \
    .views label { flex: none; } .graph { display: none; } thead td { display: none; } }
    @media print { .views { position: static; } #readout { display: none; } .t { print-color-adjust: exact; } }
    """
}
