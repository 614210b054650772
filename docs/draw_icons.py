"""Draw the icons of the installed app from the mark of the site.

    .venv/bin/python docs/draw_icons.py

Needs Chromium. The pictures are committed: they change only when the mark does.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent.parent / "static"
MARK = """<path d="M16 4.5c4 5.4 7.2 9.3 7.2 13.6a7.2 7.2 0 0 1-14.4 0C8.8 13.8 12 9.9 16 4.5z" fill="#fff"/>
<path d="M12.4 18.2l2.7 2.8 4.8-5.7" fill="none" stroke="#c2570c" stroke-width="2.4" stroke-linecap="round"
stroke-linejoin="round"/>"""
# A maskable icon is cut to a circle or a square by the phone: its mark stays in the inner four fifths.
PICTURES = {
    "icon-192": (192, "7", MARK),
    "icon-512": (512, "7", MARK),
    "icon-maskable-512": (512, "0", f'<g transform="translate(3.2 3.2) scale(.8)">{MARK}</g>'),
}


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, (size, corner, mark) in PICTURES.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f'<body style="margin:0"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="{size}" '
                f'height="{size}"><rect width="32" height="32" rx="{corner}" fill="#073447"/>{mark}</svg>'
            )
            page.screenshot(path=HERE / "offline" / f"{name}.png", omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
