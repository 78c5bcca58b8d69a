"""What a person does in a browser: find a speaker, filter, read, compare, copy, download; and that all can use it.

Needs Chromium and Playwright for Python; skipped with the reason where one is missing. After a click the page before
may still be there, so what a click leads to is waited for before it is read.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rispy

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

SEEDS = Path(__file__).parents[1] / "seeds" / "articles"
SERIOUS = {"serious", "critical"}
PATIENCE = 30_000
"""Milliseconds that what a click leads to may take."""


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """Where the five seed articles are served, by the command that people use."""
    path = tmp_path_factory.mktemp("browser") / "claims.db"
    command = [sys.executable, "-c", "from claims.cli import main; main()"]
    subprocess.run([*command, "load", path, SEEDS], check=True, capture_output=True)
    server = subprocess.Popen(
        [*command, "serve", path, "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with server:
        assert server.stdout is not None
        line = server.stdout.readline()
        yield next(word for word in line.split() if word.startswith("http")).rstrip("/")
        server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(request, browser, address) -> Iterator[Any]:
    """A page that fails the test where a script fails or the browser refuses something."""
    context = browser.new_context(
        base_url=address,
        java_script_enabled=request.param,
        permissions=["clipboard-read", "clipboard-write"],
        accept_downloads=True,
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    yield page
    context.close()
    assert complaints == []


def test_a_person_finds_a_speaker_filters_and_opens_a_claim(page):
    page.goto("/")
    page.get_by_role("link", name="Vladimir Poutine").first.click()
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text("Vladimir Poutine")
    page.get_by_role("link", name="soutient", exact=True).first.click()
    page.wait_for_url("**stance=supports**")
    cards = page.locator("article.card")
    assert cards.count() > 0
    assert {badge.inner_text() for badge in cards.locator(".stance").all()} == {"soutient"}
    words = cards.first.locator(".card-words").inner_text()
    cards.first.locator(".card-words a").click()
    shown = page.locator("blockquote.passage mark.hl-content")
    shown.first.wait_for()
    marked = "".join(part.inner_text() for part in shown.all())
    assert len(marked) > 10
    assert all(word in words for word in marked.split()[:5])
    colour = shown.first.evaluate("mark => getComputedStyle(mark).backgroundColor")
    plain = page.locator("blockquote.passage").evaluate("b => getComputedStyle(b).backgroundColor")
    assert colour != plain


def test_a_person_searches_without_accents(page):
    page.goto("/")
    page.get_by_role("searchbox").fill("coree du nord")
    page.get_by_role("button", name="Chercher").click()
    playwright.expect(page.locator("table")).to_contain_text("Corée du Nord")


def test_a_person_compares_two_speakers(page):
    page.goto("/claims/-/compare")
    names = page.get_by_label("Nom")
    names.nth(0).fill("vladimir poutine")
    names.nth(1).fill("Kim Jong-un")
    page.get_by_role("button", name="Comparer").click()
    for name in ("Vladimir Poutine", "Kim Jong-un"):
        heading = page.get_by_role("heading", level=3, name=name, exact=True)
        playwright.expect(heading).to_be_visible()
    page.get_by_label("Retirer Kim Jong-un").click()
    playwright.expect(page.locator("main")).to_contain_text("Choisissez encore quelqu’un")


def test_a_person_sees_who_denies_what(page):
    page.goto("/claims/-/contested")
    sides = page.locator("section.matter").first.get_by_role("heading", level=3)
    assert [side.inner_text().split()[-1] for side in sides.all()] == ["Affirme", "Dément"]


def test_a_person_copies_a_citation_and_downloads_it(browser, address, tmp_path):
    context = browser.new_context(
        base_url=address, permissions=["clipboard-read", "clipboard-write"], accept_downloads=True
    )
    page = context.new_page()
    page.goto("/")
    page.locator("article.card .card-words a").first.click()
    page.get_by_role("button", name="Copier : RIS").click()
    page.get_by_text("Copié").wait_for()
    copied = rispy.loads(page.evaluate("navigator.clipboard.readText()").replace("\r", ""))
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Télécharger").first.click()
    file = tmp_path / "claim.ris"
    waiting.value.save_as(file)
    assert rispy.loads(file.read_text(encoding="utf-8")) == copied
    assert copied[0]["type_of_reference"] == "NEWS"
    context.close()


PAGES = (
    "/",
    "/claims/who_said_what",
    "/claims/-/contested",
    "/claims/-/same-words",
    "/claims/-/compare",
    "/claims/-/compare?name=Vladimir+Poutine&name=Kim+Jong-un",
    "a claim",
    "an article",
    "a speaker",
    "an outlet",
    "a matter",
    "a group",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_from_using_a_page_whatever_its_colours_and_width(
    browser, address, scheme
):
    """By axe-core: no serious finding; and on a phone nothing sticks out."""
    context = browser.new_context(base_url=address, color_scheme=scheme)
    page = context.new_page()
    wrong = []
    for name in PAGES:
        page.goto(_address(page, name))
        found = axe.Axe().run(page).response["violations"]
        wrong += [
            (name, rule["id"], rule["nodes"][0]["html"][:120])
            for rule in found
            if rule["impact"] in SERIOUS
        ]
        if not name.endswith("who_said_what"):
            page.set_viewport_size({"width": 360, "height": 800})
            root = "document.documentElement"
            out = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
            wrong += [(name, "sticks out", str(out))] if out > 0 else []
            page.set_viewport_size({"width": 1200, "height": 800})
    context.close()
    assert wrong == []


def _address(page: Any, name: str) -> str:
    """The address of a page of a kind: the first that the front page or a list leads to."""
    kinds = {
        "a claim": ("/", "/claims/claims/"),
        "an article": ("/", "/claims/articles/"),
        "a speaker": ("/", "/claims/speakers/"),
        "an outlet": ("/", "/claims/outlets/"),
        "a matter": ("/claims/-/contested", "/claims/matters/"),
        "a group": ("/claims/-/same-words", "/claims/groups/"),
    }
    if name not in kinds:
        return name
    start, prefix = kinds[name]
    page.goto(start)
    found: str = page.locator(f'main a[href^="{prefix}"]').first.get_attribute("href")
    return found


def test_a_keyboard_reaches_the_words_at_once(browser, address):
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    page.wait_for_url("**/#contenu")
    context.close()
