"""Uses the page of `flashtrace serve` as people do, with mouse, touch and keyboard; run by Scripts/browser-test."""

import argparse
import json
import pathlib
import re
import subprocess
import sys

from playwright.sync_api import expect, sync_playwright

PROMPT = (
    "The red key opens the attic. The blue key opens the cellar. The green key opens the shed.\n"
    "What does the red key open? Think, then answer."
)
TARGET = "The red key is mentioned first. It opens the attic. So the answer is: the attic."


class Page:
    """A browser window on the page; anything that the page itself reports as wrong fails the test."""

    def __init__(self, browser, address, **options):
        self.context = browser.new_context(accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(120_000)
        expect.set_options(timeout=120_000)
        self.problems = []
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("console", lambda line: line.type == "error" and self.problems.append(f"console: {line.text}"))
        self.page.on("request", lambda request: self.check_address(request.url, address))
        self.page.goto(address)
        expect(self.page.locator("#model")).to_contain_text("llama")

    def check_address(self, url, address):
        if not url.startswith((address, "blob:", "data:")):
            self.problems.append(f"asked another host: {url}")

    def close(self):
        self.context.close()
        assert not self.problems, "\n".join(self.problems)

    def fill(self, prompt=PROMPT, target=TARGET):
        self.page.fill("#prompt", prompt)
        self.page.fill("#target", target)
        expect(self.answer).not_to_have_count(0)
        expect(self.answer.last).to_have_text(".")

    @property
    def answer(self):
        return self.page.locator("#answer-tokens [role=option]")

    def token(self, text, nth=0):
        return self.page.locator("#answer-tokens [role=option]").filter(has_text=re.compile(rf"^\s*{text}$")).nth(nth)

    def trace(self):
        self.page.click("#trace")
        expect(self.page.locator("#work")).to_be_hidden()
        expect(self.page.locator("#error")).to_be_hidden()
        expect(self.page.locator("#result")).to_be_visible()

    def heat(self, selector):
        return [float(v or 0) for v in self.page.locator(f"{selector} .t").evaluate_all(
            "all => all.map(e => e.style.getPropertyValue('--v0'))")]

    def download(self, button):
        with self.page.expect_download() as waiting:
            self.page.click(button)
        return pathlib.Path(waiting.value.path()).read_text()


def test_generates_and_cancels(window):
    page = window.page
    page.fill("#prompt", "Say hello in one short sentence.")
    page.evaluate("document.querySelector('details').open = true")
    page.fill("#max-tokens", "24")
    page.click("#generate")
    expect(page.locator("#work")).to_be_visible()
    expect(page.locator("#work")).to_be_hidden()
    assert page.input_value("#target") != ""
    expect(window.answer).not_to_have_count(0)
    page.fill("#max-tokens", "4000")
    page.fill("#temperature", "5")
    page.click("#generate")
    expect(page.locator("#target")).not_to_have_value("")
    page.click("#cancel")
    expect(page.locator("#work")).to_be_hidden()
    assert page.input_value("#target") != "" and not page.is_checked("#ends")
    page.fill("#temperature", "0")


def test_chooses_spans_by_click_drag_and_keyboard(window):
    page = window.page
    window.fill()
    window.token("attic", 1).click()
    expect(page.locator("#output-echo")).to_contain_text("attic")
    window.answer.last.click()
    expect(page.locator("#output-echo")).to_contain_text("attic.")
    page.click("#clear-span")
    expect(page.locator("#output-echo")).to_have_text("not chosen")
    page.check("[name=span][value=reasoning]", force=True)
    window.token("The").hover()
    page.mouse.down()
    window.token("attic").hover()
    page.mouse.up()
    expect(page.locator("#reasoning-echo")).to_contain_text("0:")
    page.check("[name=span][value=output]", force=True)
    window.answer.first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("#output-echo")).to_contain_text("␣the␣attic")
    expect(page.locator("#answer-tokens [aria-selected=true]")).to_have_count(2)


def test_shows_hops_units_threshold_and_usage(window):
    page = window.page
    page.fill("#hops", "2")
    window.trace()
    expect(page.locator("#views label")).to_have_count(4)
    sums = window.heat("#prompt-map")
    assert max(sums) > 0.5
    page.locator("#views input").nth(1).check(force=True)
    assert window.heat("#prompt-map") != sums
    page.locator("#views input").nth(0).check(force=True)
    assert window.heat("#prompt-map") == sums
    expect(page.locator("#prompt-scale .ticks span").last).not_to_be_empty()
    page.locator("#threshold").fill("60")
    assert sum(v > 0 for v in window.heat("#prompt-map")) < sum(v > 0 for v in sums)
    page.locator("#threshold").fill("0")
    tokens = page.locator("#prompt-map .t").count()
    for unit in ["word", "sentence", "line", "paragraph"]:
        page.select_option("#units", unit)
        assert page.locator("#prompt-map .t").count() < tokens, unit
    page.select_option("#units", "token")
    first = page.locator("#prompt-map .t").first
    first.focus()
    expect(page.locator("#readout")).to_contain_text("sum")
    assert re.search(r"sum -?\d", first.get_attribute("aria-label"))
    page.locator("#prompt-map .t").filter(has_text="attic").click()
    expect(page.locator("#usage-text")).to_contain_text("attic")
    expect(page.locator("#work")).to_be_hidden()
    assert max(window.heat("#generation-map")) > 0.99
    page.click("#usage-end")
    expect(page.locator("#usage")).to_be_hidden()


def test_draws_the_graph(window):
    page = window.page
    page.click("#draw-graph")
    expect(page.locator("#graph-nodes .generation")).to_have_count(3)
    expect(page.locator("#graph-nodes .user")).to_have_count(5)
    page.locator("#edge-threshold").fill("1")
    assert page.locator("#graph-lines path").count() > 0
    page.locator("#graph-nodes button").last.click()
    expect(page.locator("#graph-nodes [aria-pressed=true]")).to_have_count(1)
    shares = [float(re.search(r"gave ([\d.]+) %", text).group(1))
              for text in page.locator("#graph-nodes .source small").all_text_contents()]
    assert 97 < sum(shares) < 103, shares
    page.locator("#graph-nodes button").last.click()


def test_downloads(window):
    trace = json.loads(window.download("#save-json"))
    assert trace["schema_version"] == 1 and len(trace["per_hop_scores"]) == 3
    assert window.download("#save-html").startswith("<!DOCTYPE html>")


def test_keeps_earlier_traces_in_this_browser(window):
    page = window.page
    expect(page.locator("#runs li")).to_have_count(1)
    page.reload()
    expect(page.locator("#runs li")).to_have_count(1)
    page.locator("#runs .open").click()
    expect(page.locator("#result")).to_be_visible()
    assert page.input_value("#target") == TARGET
    expect(page.locator("#output-echo")).to_contain_text("attic")
    page.click("#clear-runs")
    expect(page.locator("#runs li")).to_have_count(1)
    page.click("#clear-runs")
    expect(page.locator("#runs li")).to_have_count(0)


def test_shows_errors_and_texts_as_they_are(browser, address):
    window = Page(browser, address)
    page = window.page
    window.page.fill("#prompt", "<img src=x onerror=alert(1)> \u202e\u0007 & </script>")
    window.page.fill("#target", "<b>bold</b> \U0001f1e9\U0001f1ea 漢字.")
    expect(window.answer.last).to_have_text(".")
    window.trace()
    assert page.locator("#prompt-map img").count() == 0
    assert "<img" in page.locator("#prompt-map").inner_text()
    page.select_option("#method", "input-x-gradient")
    window.trace()
    expect(page.locator("#prompt-scale .scale")).to_have_count(2)
    page.select_option("#method", "flashtrace")
    page.fill("#hops", "5000")
    page.click("#trace")
    expect(page.locator("#error")).to_contain_text("hops is 5000")
    # The refused request is the one thing that the browser itself notes as an error.
    window.problems = [problem for problem in window.problems if "400" not in problem]
    window.close()


def test_names_everything_for_screen_readers(window):
    unnamed = window.page.evaluate("""() =>
      [...document.querySelectorAll("button, input, select, textarea, progress, [role=listbox], [role=img]")]
        .filter((e) => e.checkVisibility() && !(e.ariaLabel || e.getAttribute("aria-labelledby") ||
          e.labels?.length || e.textContent.trim()))
        .map((e) => e.outerHTML.slice(0, 120))""")
    assert unnamed == [], unnamed
    assert window.page.evaluate("document.documentElement.lang") == "en"


def test_touch(browser, address):
    window = Page(browser, address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    window.fill()
    for token in [window.token("attic", 1), window.answer.last]:
        token.scroll_into_view_if_needed()
        # The last of its boxes: the space before a word can stand at the end of the line above.
        x, y = token.evaluate(
            "e => { const box = [...e.getClientRects()].at(-1); return [(box.left + box.right) / 2, (box.top + box.bottom) / 2]; }")
        window.page.touchscreen.tap(x, y)
    expect(window.page.locator("#output-echo")).to_contain_text("attic.")
    window.page.fill("#hops", "3")
    window.trace()
    overflow = window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"the page is {overflow} px wider than the window"
    window.close()


def pictures(browser, address, folder):
    """The page with a trace and a graph, in both schemes and widths."""
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in ["light", "dark"]:
        for name, width in [("wide", 1100), ("narrow", 390)]:
            window = Page(browser, address, viewport={"width": width, "height": 900}, color_scheme=scheme)
            window.fill()
            window.token("attic", 1).focus()
            window.page.keyboard.press("Space")
            window.page.keyboard.press("Space")
            window.page.fill("#hops", "2")
            window.trace()
            window.page.click("#draw-graph")
            expect(window.page.locator("#graph-nodes li")).not_to_have_count(0)
            window.page.evaluate("scrollTo(0, 0)")
            window.page.screenshot(path=folder / f"{name}-{scheme}.png", full_page=True)
            window.close()


def main():
    parser = argparse.ArgumentParser()
    for name in ["program", "model", "browser"]:
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--pictures", type=pathlib.Path)
    arguments = parser.parse_args()
    server = subprocess.Popen(
        [arguments.program, "serve", "-m", arguments.model, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), address
        with sync_playwright() as playwright:
            # Chromium refuses its sandbox to root, and the page is ours.
            browser = playwright.chromium.launch(executable_path=arguments.browser, args=["--no-sandbox"])
            window = Page(browser, address, viewport={"width": 1100, "height": 900})
            for test in [
                test_generates_and_cancels, test_chooses_spans_by_click_drag_and_keyboard,
                test_shows_hops_units_threshold_and_usage, test_draws_the_graph, test_downloads,
                test_keeps_earlier_traces_in_this_browser, test_names_everything_for_screen_readers,
            ]:
                test(window)
                print(f"ok: {test.__name__}", file=sys.stderr)
            window.close()
            for test in [test_shows_errors_and_texts_as_they_are, test_touch]:
                test(browser, address)
                print(f"ok: {test.__name__}", file=sys.stderr)
            if arguments.pictures:
                pictures(browser, address, arguments.pictures)
            browser.close()
    finally:
        server.terminate()
        assert server.wait(timeout=60) == 0, "the server ends well"


if __name__ == "__main__":
    main()
