"""`python -m tour`: walk through a stack of its own, take the pictures, write docs/tour.md and docs/tour.es.md."""

import os
import sys
from contextlib import closing
from io import BytesIO
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Playwright, ViewportSize, expect, sync_playwright

from tour.stack import Stack, running
from tour.steps import STEPS, Step
from tour.walking import WALKS, Part, Walker
from tour.writing import PAGES, PICTURES, page, picture
from webapp.texts import Language

CHROMIUM = Path("/usr/bin/chromium")
LIMIT = 150_000
_PATIENCE = 180_000  # milliseconds, for a machine that does much else
_COLORS = 160
_WIDTH, _HEIGHT, _EDGE = 1120, 760, 16
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_REGIONS: dict[Language, tuple[str, str]] = {"en": ("en-US", "America/New_York"), "es": ("es-CO", "America/Bogota")}


def main() -> None:
    """Walk in each language; what speaks English only is seen once."""
    if not CHROMIUM.exists():
        sys.exit(f"There is no {CHROMIUM}: install it with `apt-get install chromium`.")
    expect.set_options(timeout=_PATIENCE)
    rmtree(PICTURES, ignore_errors=True)
    with running() as stack, sync_playwright() as playwright:
        for language, file in PAGES.items():
            with closing(_browser(playwright, language)) as browser:
                _walk(browser, language, stack)
            file.write_text(page(language), encoding="utf-8")


def _browser(playwright: Playwright, language: Language) -> Browser:
    # a calendar field speaks the browser's own language, which it has from here, and from Debian's chromium-l10n
    told: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": language}
    return playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS, env=told)


def _walk(browser: Browser, language: Language, stack: Stack) -> None:
    locale, zone = _REGIONS[language]
    window: ViewportSize = {"width": _WIDTH, "height": _HEIGHT}
    context = browser.new_context(locale=locale, timezone_id=zone, viewport=window, reduced_motion="reduce")
    context.set_default_timeout(_PATIENCE)
    with TemporaryDirectory() as files:
        walker = Walker(context.new_page(), language, stack, Path(files))
        for step in STEPS:
            if not (step.shared and picture(step, language).exists()):
                _take(walker, step)
                print(f"{language} {step.name}", flush=True)
    context.close()


def _take(walker: Walker, step: Step) -> None:
    going = WALKS[step.name](walker)
    file = picture(step, walker.language)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_small(_shot(walker, next(going))))
    if file.stat().st_size > LIMIT:
        sys.exit(f"{file} has {file.stat().st_size:,} bytes, {LIMIT:,} are allowed: let the step show less.")
    next(going, None)


def _shot(walker: Walker, part: Part) -> bytes:
    walker.page.evaluate("document.fonts.ready.then(() => true)")
    walker.page.mouse.move(0, 0) if part.first is None else None
    if part.last is None:
        return walker.page.screenshot()
    last, first = part.last.bounding_box(), part.first.bounding_box() if part.first else None
    if last is None:
        raise RuntimeError("what shall be on the picture is not on the page")
    above = float(walker.page.evaluate("scrollY"))
    top = max(0, first["y"] + above - _EDGE) if first else 0
    size = walker.page.viewport_size or {"width": _WIDTH}
    height = last["y"] + above + last["height"] + _EDGE - top
    return walker.page.screenshot(
        full_page=True, clip={"x": 0, "y": top, "width": float(size["width"]), "height": height}
    )


def _small(png: bytes) -> bytes:
    """The same with a palette: a third of the bytes, and no difference to see on plain areas."""
    out = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
