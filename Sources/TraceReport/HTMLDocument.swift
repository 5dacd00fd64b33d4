/// What every page has around its content: it needs nothing else, and nothing else can act in it.
enum HTMLDocument {
  /// - Parameters:
  ///   - title: plain text.
  ///   - body: well-formed HTML.
  static func page(title: String, style: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline'"/>
    <title>\(HTMLText.escape(title))</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    \(body)
    <output id="readout" aria-live="polite"></output>
    <script>
    \(HTMLScript.text)
    </script>
    </body>
    </html>

    """
  }
}
