import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A page read back by an XML parser, with the elements that the tests look at.
final class ParsedPage: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""

    var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }

    /// The level of each view, from the style attribute.
    var levels: [String: Double] {
      let parts = (attributes["style"] ?? "").split(separator: ";").map { $0.split(separator: ":") }
      return Dictionary(uniqueKeysWithValues: parts.map { (String($0[0].dropFirst(2)), Double($0[1]) ?? .nan) })
    }
  }

  private(set) var elements: [Element] = []
  private(set) var tokens: [String: [Element]] = [:]
  private(set) var failure: String?
  private var open: [Int] = []
  private static let lists: Set = ["prompt", "generation", "first", "second", "difference"]

  init(_ html: String) {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    if !parser.parse() { failure = "line \(parser.lineNumber): \(String(describing: parser.parserError))" }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    for index in open { elements[index].text += string }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    guard let index = open.popLast(), let parent = open.last else { return }
    let list = elements[parent].attributes["id"] ?? ""
    if Self.lists.contains(list) { tokens[list, default: []].append(elements[index]) }
  }
}
