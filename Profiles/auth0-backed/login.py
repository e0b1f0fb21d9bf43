#!/usr/bin/env python3
"""Signs in to the sample app in the browser's place and prints where the app sends the browser.

oktasim gives the authorization URL as the last argument and reads the last line (login.command). Copy
it for an app whose pages need more than forms; what is typed comes from the environment.
"""

import os
import sys
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, build_opener


class FirstForm(HTMLParser):
    """The first form of a page: where it goes, and its fields, with the first button's value."""

    def __init__(self, page):
        super().__init__()
        self.action = None
        self.fields = {}
        self.is_open = False
        self.has_button = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = attributes.get("action", "")
            self.is_open = True
        name = attributes.get("name")
        if not self.is_open or tag not in ("input", "button"):
            return
        if tag == "button":
            if self.has_button:
                return
            self.has_button = True
        if name:
            self.fields[name] = attributes.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_open = False


class StaysAtTheApp(HTTPRedirectHandler):
    """Follows the app to its own pages; where it sends the browser away is the answer."""

    def redirect_request(self, request, response, code, message, headers, url):
        if urlsplit(url)[:2] == urlsplit(request.full_url)[:2]:
            return super().redirect_request(request, response, code, message, headers, url)
        print(url)
        sys.exit(0)


def main():
    url = sys.argv[-1]
    typed = {
        "username": os.environ.get("SAMPLE_ADMIN_USERNAME", "admin@example.com"),
        "password": os.environ.get("SAMPLE_ADMIN_PASSWORD", "sample-admin-password"),
    }
    # The app is here: no proxy of the environment stands between.
    opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()), StaysAtTheApp())
    data = None
    # The pages of the sample app are two.
    for _ in range(5):
        with opener.open(url, data, timeout=20) as answer:
            page = answer.read().decode()
            url = answer.url
        form = FirstForm(page)
        if form.action is None:
            sys.exit(f"{url.split('?')[0]} has no form")
        fields = {name: typed.get(name, value) for name, value in form.fields.items()}
        url = urljoin(url, form.action)
        data = urlencode(fields).encode()
    sys.exit("the app goes on asking")


try:
    main()
except HTTPError as error:
    sys.exit(f"the app answered HTTP {error.code}")
