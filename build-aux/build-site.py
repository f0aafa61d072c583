#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Run gi-docgen, and make one book of its pages.

gi-docgen puts the guides on a list and leaves them alone. Here each page gets the list of guides
beside it, each guide a way to the previous and the next one, and the front page a picture and no empty
lines. Links between the guides name the source (select.md), so that they also work where the sources
are read. If a later gi-docgen has no place for one of these, the page stays as it is, with a warning;
check-site.py makes a failure of it.
"""

import argparse
import html
import pathlib
import re
import subprocess
import sys

HEAD = re.compile(r'<div class="section namespace">.*?</div>', re.DOTALL)
FOOT = re.compile(r'<div class="section generator">')
END = re.compile(r'</section>(?=\s*(?:<div id="toc".*?</div>)?\s*<section id="search")', re.DOTALL)
TITLE = re.compile(r'^Title: *(.+)$', re.MULTILINE)
NAME = re.compile(r'(?<=<a href="index.html">)Ts(?=</a>)')
EMPTY_ROW = re.compile(r'\s*<tr><td><em>\w+</em></td><td><a href=""[^>]*></a></td></tr>')
HEADING = re.compile(r'<h3>Namespace</h3>\s*<h1>.*?</h1>', re.DOTALL)
DESCRIPTION = re.compile(r'(?<=<div class="description">).*?(?=</div>)', re.DOTALL)
LIST_OF_GUIDES = re.compile(r'(?<=<h4 id="extra" style="display:flex;">)\s*Additional documentation')
FRONT = '''
<div class="docblock">
<p>{description}</p>
<p><img alt="Who waits where: threads block, main loops are called back or await" src="waits.svg"></p>
<p>Begin with the <a href="{first}">{title}</a>.</p>
</div>
'''


def put(text, pattern, replacement, page):
    """The text with the first match replaced."""
    changed, count = pattern.subn(lambda _: replacement, text, count=1)
    if count == 0:
        print(f'warning: {page} has no place for {replacement.strip()[:40]!r}', file=sys.stderr)
    return changed


def after(text, pattern, addition, page):
    match = pattern.search(text)
    return put(text, pattern, match[0] + addition if match else addition, page)


def before(text, pattern, addition, page):
    match = pattern.search(text)
    return put(text, pattern, addition + match[0] if match else addition, page)


class Book:
    """The guides in their order, and the pages around them."""

    def __init__(self, site, guides):
        self.site = site
        self.titles = {}
        for guide in guides:
            title = TITLE.search(guide.read_text(encoding='utf-8'))[1]
            self.titles[f'{guide.stem}.html'] = html.escape(title)
        names = '|'.join(re.escape(guide.stem) for guide in guides)
        self.source_link = re.compile(rf'(<a [^>]*href="(?:{names}))\.md(?=["#])')

    def link(self, name, words=''):
        return f'<a href="{name}">{words}{self.titles[name]}</a>'

    def contents(self, page):
        links = '\n'.join(f'<a {"class=here " * (name == page)}href="{name}">{title}</a>'
                          for name, title in self.titles.items())
        return f'\n<div class="section guides">\n<h5>Guides</h5>\n<div class="links">\n{links}\n</div></div>'

    def turn(self, page):
        names = list(self.titles)
        here = names.index(page)
        back = self.link(names[here - 1], '← ') if here else '<a href="index.html">← Contents</a>'
        on = self.link(names[here + 1], 'Next: ') if here + 1 < len(names) else (
            '<a href="index.html">Contents</a>')
        return f'<nav class="turn">\n{back}\n{on}\n</nav>\n'

    def front(self, text):
        first, title = next(iter(self.titles.items()))
        name = 'index.html'
        description = re.sub(r'</?p>', '', (DESCRIPTION.search(text) or [''])[0]).strip()
        text = put(text, DESCRIPTION,
                   FRONT.format(description=description, first=first, title=title), name)
        text = put(text, HEADING, '<h1>tschan</h1>', name)
        text = put(text, LIST_OF_GUIDES, 'Guides', name)
        return EMPTY_ROW.sub('', text)

    def finish(self, path):
        page = path.name
        text = path.read_text(encoding='utf-8')
        text = self.source_link.sub(r'\1.html', text)
        text = put(text, NAME, 'tschan', page)
        if page in self.titles or page == 'index.html':
            text = after(text, HEAD, self.contents(page), page)
        else:
            text = before(text, FOOT, self.contents(page) + '\n', page)
        if page in self.titles:
            text = before(text, END, self.turn(page), page)
        if page == 'index.html':
            text = self.front(text)
        path.write_text(text, encoding='utf-8')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--site', type=pathlib.Path, required=True)
    parser.add_argument('--style', type=pathlib.Path, required=True)
    parser.add_argument('--guide', type=pathlib.Path, action='append', default=[])
    parser.add_argument('command', nargs='+', help='gi-docgen and its arguments, after --')
    arguments = parser.parse_args()

    status = subprocess.run(arguments.command, check=False).returncode
    if status != 0:
        return status
    style = arguments.site / 'style.css'
    style.write_text(style.read_text(encoding='utf-8') + '\n' +
                     arguments.style.read_text(encoding='utf-8'), encoding='utf-8')
    book = Book(arguments.site, arguments.guide)
    for page in sorted(arguments.site.glob('*.html')):
        book.finish(page)
    return 0


if __name__ == '__main__':
    sys.exit(main())
