/// An element of a parsed document: what a settings or request document needs, and no more.
/// Comments and processing instructions are dropped; namespaces are not resolved.
package struct XMLElement: Sendable, Equatable {
    package struct Attribute: Sendable, Equatable {
        /// Without its namespace prefix; `xmlns` declarations are left out.
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Nesting beyond this is refused.
    package static let depthMax = 64
    /// More elements than this are refused: a byte of input must not cost an unbounded number of ours.
    package static let elementsMax = 100_000

    /// Without its namespace prefix.
    package let name: String
    package internal(set) var attributes: [Attribute]
    /// The character data directly inside this element, joined, white space and all.
    package internal(set) var text: String
    package internal(set) var children: [XMLElement]

    package init(
        name: String,
        attributes: [Attribute] = [],
        text: String = "",
        children: [XMLElement] = []
    ) {
        self.name = name
        self.attributes = attributes
        self.text = text
        self.children = children
    }

    /// The first child of that name.
    package func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    package func children(named name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The text of the first child of that name, as written; `nil` when there is none.
    package func text(of name: String) -> String? { child(name)?.text }
}
