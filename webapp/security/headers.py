"""The headers that every response carries, error pages too (RELIABILITY.md section 4)."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
FIXED = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def nonce() -> str:
    """The nonce of this response: templates put it on the few scripts that stand in the page."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def content_policy(connect: str = "'self'", forms: str = "'self'") -> str:
    """What a page may load: our own host only, no inline style, inline script by nonce only."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce()}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src {connect}",
            f"form-action {forms}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "manifest-src 'self'",
        )
    )


def set_headers(response: Response) -> Response:
    """Add what is missing; a view may have set a stricter policy or a cache rule of its own."""
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_policy())
    if "Cache-Control" not in response.headers or request.endpoint != "public.static_file":
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    response.headers.setdefault("X-Request-ID", str(g.get("request_id", "-")))
    return response


def wire(app: Flask) -> None:
    """Set the headers last of all."""
    app.after_request(set_headers)
