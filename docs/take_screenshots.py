"""Take the pictures of the README from a running site.

    python3 run.py                                  in one terminal
    .venv/bin/python docs/take_screenshots.py       in another

Needs Chromium. The demonstration gives the same figures on every machine, so the pictures change only when
the pages do.
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent / "images"
CAMPAIGN = "/har-ghar-dastak"

ENTRY, DAY = f"/campaigns{CAMPAIGN}/entry", "2021-11-11"
PASSWORD = "Har-Ghar-Dastak-2021"
CLERK, DISTRICT, STATE = "mohan.yadav", "sunita.verma", "rakesh.sahu"

# name: (path, width, height, language, who is signed in)
PICTURES = {
    "nation": (f"{CAMPAIGN}/", 1280, 1180, "en-in", None),
    "nation-hindi-phone": (f"{CAMPAIGN}/", 360, 780, "hi", None),
    "state": (f"{CAMPAIGN}/S22/", 1280, 1180, "en-in", None),
    "state-hindi": (f"{CAMPAIGN}/S22/", 1280, 1180, "hi", None),
    "district-phone": (f"{CAMPAIGN}/D387/", 360, 780, "en-in", None),
    "sheet": (f"{ENTRY}/sheet/?date={DAY}", 1280, 900, "en-in", DISTRICT),
    "sheet-hindi": (f"{ENTRY}/sheet/?date={DAY}", 1280, 900, "hi", DISTRICT),
    "sheet-phone": (f"{ENTRY}/B3694/{DAY}/", 360, 780, "en-in", CLERK),
    "sheet-hindi-phone": (f"{ENTRY}/B3694/{DAY}/", 360, 780, "hi", CLERK),
    "review": (f"/campaigns{CAMPAIGN}/review/", 1280, 900, "en-in", DISTRICT),
    "quality-phone": (f"/campaigns{CAMPAIGN}/quality/?date={DAY}", 360, 780, "en-in", DISTRICT),
    "stock": (f"/stock/S22/?date={DAY}", 1280, 1180, "en-in", STATE),
    "stock-hindi-phone": (f"/stock/S22/?date={DAY}", 360, 780, "hi", STATE),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    address = parser.parse_args().address.rstrip("/")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    HERE.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, (path, width, height, language, person) in PICTURES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, locale=language)
            page = context.new_page()
            if person:
                _sign_in(page, address, person)
            context.add_cookies([{"name": "abhiyan_language", "value": language, "url": address}])
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=HERE / f"{name}.png")
            context.close()
        browser.close()


def _sign_in(page, address, person):
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", person)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


if __name__ == "__main__":
    main()
