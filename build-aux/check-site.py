#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Look for what leads nowhere on the pages of the built manual; speaks TAP."""

import argparse
import html.parser
import pathlib
import re
import shutil
import sys
import tempfile
import urllib.parse

# As gi-docgen writes it when it does not know the symbol, and as it is in the sources.
UNRESOLVED = re.compile(r'\[(?:alias|callback|class|const|ctor|enum|error|flags|func|id|iface|method'
                        r'|property|signal|struct|type|vfunc)@[^\]]*\]')
# Sites that documentation may lead to; nothing asks them.
KNOWN_SITES = {'docs.gtk.org', 'gitlab.gnome.org'}


class Page(html.parser.HTMLParser):
    """What a page leads to, and what leads to its parts."""

    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.pictures = [], set(), []
        self.namespaces = set()
        self.sections, self.here = [], {'guides': [], 'turn': []}
        self.text = []
        self.code = 0
        self.feed(path.read_text(encoding='utf-8'))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        classes = (attrs.get('class') or '').split()
        if tag in ('div', 'nav'):
            self.sections.append(next((name for name in self.here if name in classes), ''))
        if 'id' in attrs:
            self.ids.add(attrs['id'])
        if tag in ('code', 'pre'):
            self.code += 1
        if attrs.get('data-namespace'):
            self.namespaces.add(attrs['data-namespace'])
        for name in ('href', 'src'):
            if name in attrs:
                self.links.append(attrs[name] or '')
                self._note_section(attrs[name])
        if tag == 'img' and attrs.get('src'):
            self.pictures.append((attrs['src'], attrs.get('alt')))

    def _note_section(self, link):
        for name, links in self.here.items():
            if name in self.sections:
                links.append(link)

    def handle_endtag(self, tag):
        if tag in ('div', 'nav') and self.sections:
            self.sections.pop()
        if tag in ('code', 'pre'):
            self.code -= 1

    def handle_data(self, data):
        if not self.code:
            self.text.append(data)


class Site:
    """All pages of a directory."""

    def __init__(self, directory):
        self.directory = directory
        self.pages = {path.name: Page(path) for path in sorted(directory.glob('*.html'))}
        urlmap = directory / 'urlmap.js'
        self.mapped = set(re.findall(r"\['(\w+)',", urlmap.read_text(encoding='utf-8')))

    def dead_links(self):
        for name, page in self.pages.items():
            for link in page.links:
                problem = self._problem_of(name, page, link)
                if problem:
                    yield f'{name}: {link or "an empty link"} {problem}'
            for namespace in sorted(page.namespaces - self.mapped):
                yield f'{name}: nothing says where the manual of {namespace} is'

    def _problem_of(self, name, page, link):
        parts = urllib.parse.urlsplit(link)
        if parts.scheme == 'javascript':
            return None # a link by namespace, that a script completes
        if parts.scheme or parts.netloc:
            return None if parts.netloc in KNOWN_SITES else 'is a site that nobody knows'
        target = parts.path or name
        if not link or not (self.directory / target).is_file():
            return 'does not exist'
        if parts.fragment and target in self.pages:
            fragment = urllib.parse.unquote(parts.fragment)
            if fragment not in self.pages[target].ids:
                return 'has no such part'
        return None

    def unresolved(self):
        for name, page in self.pages.items():
            for reference in UNRESOLVED.findall(''.join(page.text)):
                yield f'{name}: {reference}'

    def unreadable_pictures(self):
        used = set()
        for name, page in self.pages.items():
            for source, words in page.pictures:
                used.add(source)
                if not words:
                    yield f'{name}: {source} says nothing to those who cannot see it'
        for picture in self.directory.glob('*.svg'):
            if picture.name not in used:
                yield f'{picture.name} is on no page'

    def out_of_order(self, guides):
        """The guides, as one finds them from the front page and from each other."""
        for name in ['index.html', *guides]:
            if name not in self.pages:
                yield f'there is no {name}'
            elif self.pages[name].here['guides'] != guides:
                yield f'{name} has not all guides in their order beside it'
        ways = ['index.html', *guides, 'index.html']
        for before, name, after in zip(ways, ways[1:], ways[2:]):
            if name in self.pages and self.pages[name].here['turn'] != [before, after]:
                yield f'{name} does not lead to {before} and {after}'


def all_problems(site):
    return [*site.dead_links(), *site.unresolved(), *site.unreadable_pictures()]


def planted(site):
    """Which of the defects that a copy of the site gets were not noticed, or what was too much."""
    defects = [
        ('nowhere.html does', '<a href="nowhere.html">x</a>'),
        ('select.html#nowhere has', '<a href="select.html#nowhere">x</a>'),
        ('an empty link', '<a href="">x</a>'),
        ('nobody.example', '<a href="https://nobody.example/">x</a>'),
        ('manual of Nobody', '<a data-namespace="Nobody">x</a>'),
        ('Nobody.nothing', '<p>[method@Ts.Nobody.nothing]</p>'),
        ('cannot see it', '<img src="life.svg">'),
    ]
    harmless = '<code>[method@Ts.Shown.as_it_is]</code> <a href="select.html#cases">x</a>'
    with tempfile.TemporaryDirectory() as place:
        copy = pathlib.Path(place, 'site')
        shutil.copytree(site.directory, copy)
        page = copy / 'planted.html'
        page.write_text(harmless + ' '.join(words for _, words in defects), encoding='utf-8')
        found = [problem for problem in all_problems(Site(copy)) if problem.startswith(page.name)]
    missed = [words for sign, words in defects if not any(sign in problem for problem in found)]
    return missed or found[len(defects):]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--site', type=pathlib.Path, required=True)
    parser.add_argument('--guide', type=pathlib.Path, action='append', default=[])
    arguments = parser.parse_args()
    site = Site(arguments.site)
    guides = [f'{guide.stem}.html' for guide in arguments.guide]
    checks = [
        (f'the links of {len(site.pages)} pages lead somewhere', list(site.dead_links())),
        ('every reference is known', list(site.unresolved())),
        ('each picture is shown, and described', list(site.unreadable_pictures())),
        ('the guides are in order', list(site.out_of_order(guides))),
        ('planted defects are noticed', planted(site)),
    ]
    print(f'1..{len(checks)}')
    for number, (claim, problems) in enumerate(checks, 1):
        print(f'{"not ok" if problems else "ok"} {number} - {claim}')
        for problem in problems:
            print(f'#   {problem}')
    return 1 if any(problems for _, problems in checks) else 0


if __name__ == '__main__':
    sys.exit(main())
