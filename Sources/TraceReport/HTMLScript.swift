/// The page's script: reads a token's numbers aloud below the text when it is pointed at, touched or reached by keyboard.
///
/// It holds none of the trace's text, and no `<` or `&`, so that the page is well-formed XML too.
enum HTMLScript {
  static let text = """
    "use strict";
    const readout = document.getElementById("readout");
    function show(token) {
      readout.textContent = "";
      const word = document.createElement("bdi");
      word.textContent = token.textContent.replace(/\\n/g, "\\\\n");
      readout.append(word, " " + token.dataset.numbers);
      readout.classList.add("shown");
    }
    for (const list of document.querySelectorAll(".tokens")) {
      const tokens = Array.from(list.children);
      for (const token of tokens) {
        token.dataset.numbers = token.title;
        token.tabIndex = -1;
      }
      if (tokens.length > 0) tokens[0].tabIndex = 0;
      const find = (event) => event.target.closest(".tokens > span");
      for (const kind of ["pointerover", "focusin", "click"]) {
        list.addEventListener(kind, (event) => { const token = find(event); if (token) show(token); });
      }
      list.addEventListener("pointerleave", () => readout.classList.remove("shown"));
      list.addEventListener("focusout", () => readout.classList.remove("shown"));
      list.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        const next = step ? tokens[tokens.indexOf(document.activeElement) + step] : undefined;
        if (next === undefined) return;
        event.preventDefault();
        document.activeElement.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      });
    }
    """
}
